import java.io.FileInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * A Java client of a server on loopback: port, a PEM file of what it trusts, then the names that it calls, which it also
 * verifies. Prints a line a name: whose certificate it took, or why it took none.
 */
public class NamedCalls {
  public static void main(String[] arguments) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (FileInputStream input = new FileInputStream(arguments[1])) {
      int at = 0;
      for (java.security.cert.Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(input))
        trusted.setCertificateEntry("trusted-" + at++, certificate);
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    int port = Integer.parseInt(arguments[0]);
    for (int at = 2; at < arguments.length; at++) System.out.println(call(context, port, arguments[at]));
  }

  private static String call(SSLContext context, int port, String name) throws Exception {
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, port, true)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(10_000);
      socket.startHandshake();
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectX500Principal().getName();
    } catch (javax.net.ssl.SSLException refused) {
      return "refused: " + refused.getMessage();
    }
  }
}
