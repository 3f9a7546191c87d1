import java.io.FileInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.KeyStore;
import java.util.Properties;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** A product: reads its properties and its store once, at its start, and serves until it is ended. */
public class TlsServer {
  public static void main(String[] arguments) throws Exception {
    Properties settings = new Properties();
    try (InputStream in = new FileInputStream(arguments[0])) {
      settings.load(in);
    }
    char[] password = System.getenv("PRODUCT_PASSWORD").toCharArray();
    KeyStore store = KeyStore.getInstance(settings.getProperty("type", "PKCS12"));
    try (InputStream in = Files.newInputStream(Paths.get(settings.getProperty("keystore")))) {
      store.load(in, password);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
    keys.init(store, password);
    if (store.size() == 0) throw new IllegalStateException("the keystore holds no key");
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    int port = Integer.parseInt(settings.getProperty("port"));
    SSLServerSocket server =
        (SSLServerSocket)
            context.getServerSocketFactory().createServerSocket(port, 50, InetAddress.getLoopbackAddress());
    while (true) {
      SSLSocket socket = (SSLSocket) server.accept();
      new Thread(
              () -> {
                try (SSLSocket one = socket) {
                  one.startHandshake();
                  one.getOutputStream().write("hello\n".getBytes());
                } catch (Exception failed) {
                  System.err.println(failed);
                }
              })
          .start();
    }
  }
}
