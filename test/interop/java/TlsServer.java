import java.io.FileInputStream;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * An HTTPS server on loopback with Java's default managers: keystore, truststore, password (of both), protocol.
 * Requires client certificates. Prints its port, then one line a connection: who came, or the error.
 */
public class TlsServer {
  public static void main(String[] arguments) throws Exception {
    char[] password = arguments[2].toCharArray();
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(open(arguments[0], password), password);
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(open(arguments[1], password));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    SSLServerSocket server = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 50,
        java.net.InetAddress.getLoopbackAddress());
    server.setNeedClientAuth(true);
    server.setEnabledProtocols(new String[] {arguments[3]});
    System.out.println(server.getLocalPort());
    while (true) {
      try (SSLSocket socket = (SSLSocket) server.accept()) {
        socket.setSoTimeout(3000);
        socket.startHandshake();
        System.out.println(socket.getSession().getPeerPrincipal());
        socket.getOutputStream().write("HTTP/1.0 204 No Content\r\n\r\n".getBytes());
      } catch (Exception error) {
        System.out.println(error);
      }
    }
  }

  static KeyStore open(String path, char[] password) throws Exception {
    try (FileInputStream input = new FileInputStream(path)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(input, password);
      return store;
    }
  }
}
