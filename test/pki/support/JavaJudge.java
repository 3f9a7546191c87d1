import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;

/**
 * Answers one line for each line read. "host DER NAME" (both in base64): "ok" or what JSSE says under HTTPS.
 * "server ANCHOR LEAF ISSUER…", "client …": "ok" or why the default trust manager refuses the chain.
 * "name DER": a name as toString, RFC 2253 and canonical form, each in base64.
 */
public class JavaJudge {
  public static void main(String[] arguments) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    StringBuilder answers = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] parts = line.split(" ", -1);
      byte[] der = Base64.getDecoder().decode(parts[1]);
      String answer = switch (parts[0]) {
        case "host" -> host(der, text(parts[2]));
        case "name" -> name(der);
        default -> trust(parts);
      };
      answers.append(answer).append('\n');
    }
    System.out.print(answers);
  }

  private static String trust(String[] parts) throws Exception {
    KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
    anchors.load(null, null);
    anchors.setCertificateEntry("anchor", certificate(Base64.getDecoder().decode(parts[1])));
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(anchors);
    X509TrustManager manager = (X509TrustManager) factory.getTrustManagers()[0];
    X509Certificate[] chain = new X509Certificate[parts.length - 2];
    for (int index = 0; index < chain.length; index++) {
      chain[index] = certificate(Base64.getDecoder().decode(parts[index + 2]));
    }
    try {
      if (parts[0].equals("server")) {
        manager.checkServerTrusted(chain, "ECDHE_RSA");
      } else {
        manager.checkClientTrusted(chain, "RSA");
      }
      return "ok";
    } catch (CertificateException failure) {
      return String.valueOf(failure.getMessage()).replace('\n', ' ');
    }
  }

  private static X509Certificate certificate(byte[] der) throws CertificateException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
  }

  private static String host(byte[] der, String host) throws Exception {
    X509Certificate certificate = certificate(der);
    SSLSession session = (SSLSession) Proxy.newProxyInstance(
        JavaJudge.class.getClassLoader(),
        new Class<?>[] {SSLSession.class},
        (proxy, method, values) -> method.getName().equals("getPeerHost") ? host : null);
    Method check = Class.forName("sun.security.ssl.X509TrustManagerImpl").getDeclaredMethod(
        "checkIdentity", SSLSession.class, X509Certificate[].class, String.class, boolean.class);
    check.setAccessible(true);
    try {
      check.invoke(null, session, new X509Certificate[] {certificate}, "HTTPS", false);
      return "ok";
    } catch (InvocationTargetException failure) {
      return String.valueOf(failure.getCause().getMessage()).replace('\n', ' ');
    }
  }

  private static String name(byte[] der) {
    X500Principal name = new X500Principal(der);
    return base64(name.toString())
        + " " + base64(name.getName(X500Principal.RFC2253))
        + " " + base64(name.getName(X500Principal.CANONICAL));
  }

  private static String text(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
