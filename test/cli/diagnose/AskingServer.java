import java.io.FileInputStream;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * A server on loopback with Java's default managers: keystore, truststore or `any` (which names nobody and takes all),
 * password of both, `none`, `want`, `need` or `later` (another handshake once there is a request), protocols. Prints its
 * port, then one line a connection that came about: who was there.
 */
public class AskingServer {
  public static void main(String[] arguments) throws Exception {
    char[] password = arguments[2].toCharArray();
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(open(arguments[0], password), password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust(arguments[1], password), null);
    SSLServerSocket server = (SSLServerSocket) context.getServerSocketFactory()
        .createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    server.setWantClientAuth(arguments[3].equals("want"));
    if (arguments[3].equals("need")) server.setNeedClientAuth(true);
    server.setEnabledProtocols(arguments[4].split(","));
    System.out.println(server.getLocalPort());
    while (true) {
      SSLSocket socket = (SSLSocket) server.accept();
      new Thread(() -> serve(socket, arguments[3].equals("later"))).start();
    }
  }

  private static void serve(SSLSocket socket, boolean asksLater) {
    try (SSLSocket open = socket) {
      open.setSoTimeout(3000);
      open.startHandshake();
      byte[] request = new byte[4096];
      if (open.getInputStream().read(request) < 0) return;
      if (asksLater) {
        open.setNeedClientAuth(true);
        open.startHandshake();
        // The other side's part of it is read with whatever comes next, which is nothing.
        open.setSoTimeout(1000);
        try {
          if (open.getInputStream().read() < 0) return;
        } catch (SocketTimeoutException nothing) {
          // Its handshake is over.
        }
      }
      System.out.println(peer(open));
      open.getOutputStream().write("HTTP/1.1 204 No Content\r\n\r\n".getBytes("UTF-8"));
      open.getOutputStream().flush();
    } catch (Exception ended) {
      System.out.println(ended);
    }
  }

  private static String peer(SSLSocket socket) {
    try {
      return socket.getSession().getPeerPrincipal().getName();
    } catch (SSLPeerUnverifiedException nobody) {
      return "nobody";
    }
  }

  private static TrustManager[] trust(String store, char[] password) throws Exception {
    if (store.equals("any")) return new TrustManager[] {new Anybody()};
    TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(open(store, password));
    return factory.getTrustManagers();
  }

  private static KeyStore open(String path, char[] password) throws Exception {
    try (FileInputStream input = new FileInputStream(path)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(input, password);
      return store;
    }
  }

  private static class Anybody implements X509TrustManager {
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
