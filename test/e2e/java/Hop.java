import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.KeyStore;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManagerFactory;

/**
 * An HTTPS server and an HTTPS client on deployed stores. Prints what the client saw, `200 <subject of the client
 * certificate, or none>`, or the causes of the failure. Stores and passwords come in the environment.
 */
public class Hop {
  public static void main(String[] arguments) throws Exception {
    Map<String, String> env = System.getenv();
    HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    boolean mutual = env.containsKey("SERVER_TRUSTSTORE");
    server.setHttpsConfigurator(new HttpsConfigurator(context(env, "SERVER")) {
      @Override
      public void configure(HttpsParameters parameters) {
        SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
        ssl.setNeedClientAuth(mutual);
        parameters.setSSLParameters(ssl);
      }
    });
    server.createContext("/", exchange -> {
      byte[] answer = clientOf((HttpsExchange) exchange).getBytes("UTF-8");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
      exchange.close();
    });
    server.start();
    try {
      URI uri = new URI("https", null, env.get("ADDRESS"), server.getAddress().getPort(), "/", null, null);
      HttpsURLConnection connection = (HttpsURLConnection) uri.toURL().openConnection();
      connection.setSSLSocketFactory(context(env, "CLIENT").getSocketFactory());
      System.out.println(connection.getResponseCode() + " " + new String(connection.getInputStream().readAllBytes(), "UTF-8"));
    } catch (Exception failure) {
      for (Throwable cause = failure; cause != null; cause = cause.getCause()) System.out.println(cause.getMessage());
    } finally {
      server.stop(0);
    }
  }

  private static String clientOf(HttpsExchange exchange) {
    try {
      return exchange.getSSLSession().getPeerPrincipal().getName();
    } catch (SSLPeerUnverifiedException nobody) {
      return "none";
    }
  }

  private static SSLContext context(Map<String, String> env, String side) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    char[] password = env.getOrDefault(side + "_PASSWORD", "").toCharArray();
    String keystore = env.get(side + "_KEYSTORE");
    keys.init(keystore == null ? null : KeyStore.getInstance(new File(keystore), password), password);
    TrustManagerFactory anchors = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    String truststore = env.get(side + "_TRUSTSTORE");
    char[] truststorePassword = env.getOrDefault(side + "_TRUSTSTORE_PASSWORD", "").toCharArray();
    if (truststore != null) anchors.init(KeyStore.getInstance(new File(truststore), truststorePassword));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), truststore == null ? null : anchors.getTrustManagers(), null);
    return context;
  }
}
