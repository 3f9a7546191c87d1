import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;

/**
 * Answers one line for each line read. "host DER NAME" (both in base64): "ok" or what JSSE says under HTTPS.
 * "name DER": a name as toString, RFC 2253 and canonical form, each in base64.
 */
public class JavaJudge {
  public static void main(String[] arguments) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    StringBuilder answers = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] parts = line.split(" ", -1);
      byte[] der = Base64.getDecoder().decode(parts[1]);
      answers.append(parts[0].equals("host") ? host(der, text(parts[2])) : name(der)).append('\n');
    }
    System.out.print(answers);
  }

  private static String host(byte[] der, String host) throws Exception {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    X509Certificate certificate = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
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
