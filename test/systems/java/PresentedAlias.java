import java.io.FileInputStream;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;

/** For each alias after the second argument: which key Java's default manager presents when it stands beside apia. */
public class PresentedAlias {
  public static void main(String[] arguments) throws Exception {
    char[] password = arguments[1].toCharArray();
    KeyStore source = KeyStore.getInstance(new java.io.File(arguments[0]), password);
    String first = source.aliases().nextElement();
    for (int index = 2; index < arguments.length; index++) {
      KeyStore store = KeyStore.getInstance("JKS");
      store.load(null, null);
      for (String alias : new String[] {"apia", arguments[index]}) {
        store.setKeyEntry(alias, source.getKey(first, password), password, source.getCertificateChain(first));
      }
      KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
      factory.init(store, password);
      X509KeyManager manager = (X509KeyManager) factory.getKeyManagers()[0];
      System.out.println(manager.chooseServerAlias("RSA", null, null));
    }
  }
}
