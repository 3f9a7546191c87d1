import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.security.Key;
import java.security.KeyStore;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * A server on a deployed keystore, with Java's default managers, and a client that calls it once for each argument:
 * the alias of the key that it chooses for this call, as setKeyAndChain does, or `-` for none. Prints a line a call:
 * who was served and who arrived, or why the call failed.
 */
public class Calls {
  private static final Map<String, String> ENV = System.getenv();

  public static void main(String[] aliases) throws Exception {
    SSLServerSocket server = (SSLServerSocket) serverContext().getServerSocketFactory()
        .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    server.setNeedClientAuth(ENV.containsKey("SERVER_TRUSTSTORE"));
    Thread thread = new Thread(() -> serve(server));
    thread.setDaemon(true);
    thread.start();
    for (String alias : aliases) System.out.println(call(alias, server.getLocalPort()));
  }

  private static void serve(SSLServerSocket server) {
    while (true) {
      try (SSLSocket socket = (SSLSocket) server.accept()) {
        socket.getOutputStream().write((clientOf(socket) + "\n").getBytes("UTF-8"));
      } catch (Exception refused) {
        // The client prints why.
      }
    }
  }

  private static String clientOf(SSLSocket socket) {
    try {
      return socket.getSession().getPeerPrincipal().getName();
    } catch (SSLPeerUnverifiedException nobody) {
      return "nobody";
    }
  }

  private static String call(String alias, int port) {
    String address = ENV.get("ADDRESS");
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        SSLSocket socket = (SSLSocket) clientContext(alias).getSocketFactory().createSocket(plain, address, port, true)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      String arrived = new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine();
      return "served " + socket.getSession().getPeerPrincipal().getName() + ", arrived " + arrived;
    } catch (Exception failure) {
      return "failed: " + failure.getMessage();
    }
  }

  private static SSLContext serverContext() throws Exception {
    char[] password = ENV.get("SERVER_PASSWORD").toCharArray();
    return context(load("SERVER_KEYSTORE", password), password, load("SERVER_TRUSTSTORE", password));
  }

  private static SSLContext clientContext(String alias) throws Exception {
    char[] password = ENV.getOrDefault("CLIENT_PASSWORD", "").toCharArray();
    KeyStore chosen = KeyStore.getInstance("JKS");
    chosen.load(null, null);
    if (!alias.equals("-")) {
      KeyStore keys = load("CLIENT_KEYSTORE", password);
      Key key = keys.getKey(alias, password);
      if (key == null) throw new Exception("Alias <" + alias + "> does not exist");
      chosen.setKeyEntry(alias, key, password, keys.getCertificateChain(alias));
    }
    return context(chosen, password, load("CLIENT_TRUSTSTORE", ENV.get("CLIENT_TRUSTSTORE_PASSWORD").toCharArray()));
  }

  private static SSLContext context(KeyStore keys, char[] password, KeyStore anchors) throws Exception {
    KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(keys, password);
    TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    if (anchors != null) trustManagers.init(anchors);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), anchors == null ? null : trustManagers.getTrustManagers(), null);
    return context;
  }

  private static KeyStore load(String variable, char[] password) throws Exception {
    String path = ENV.get(variable);
    return path == null ? null : KeyStore.getInstance(new File(path), password);
  }
}
