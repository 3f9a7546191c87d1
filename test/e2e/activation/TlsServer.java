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
import javax.net.ssl.TrustManagerFactory;

/**
 * A product: reads its properties and its stores once, at its start, and serves until it is ended; with a truststore it
 * asks clients for certificates.
 */
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
    TrustManagerFactory clients = clients(settings.getProperty("truststore"), password);
    context.init(keys.getKeyManagers(), clients == null ? null : clients.getTrustManagers(), null);
    int port = Integer.parseInt(settings.getProperty("port"));
    SSLServerSocket server =
        (SSLServerSocket)
            context.getServerSocketFactory().createServerSocket(port, 50, InetAddress.getLoopbackAddress());
    server.setNeedClientAuth(clients != null);
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

  private static TrustManagerFactory clients(String path, char[] password) throws Exception {
    if (path == null) return null;
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(Paths.get(path))) {
      store.load(in, password);
    }
    TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
    trusted.init(store);
    return trusted;
  }
}
