import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * Performs TLS handshakes between a Java server and a Java client with default key and trust managers, many in
 * one run, over memory. Reads cases from a file, one word and its values a line; prints one line a case:
 * id, ok or failed, the subject of the client certificate that the server saw, and the errors of both sides.
 */
public class TlsJudge {
  static final char[] PASSWORD = "changeit".toCharArray();

  static class Entry {
    String alias;
    char[] password = PASSWORD;
    byte[] key;
    List<X509Certificate> chain = new ArrayList<>();
  }

  static class Side {
    List<Entry> entries = new ArrayList<>();
    List<X509Certificate> anchors = new ArrayList<>();
  }

  static class Case {
    String id;
    String address;
    String authentication = "none";
    boolean verifies = true;
    String broken;
    Side server = new Side();
    Side client = new Side();
  }

  public static void main(String[] arguments) throws Exception {
    Case current = null;
    for (String line : Files.readAllLines(Path.of(arguments[0]))) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "case" -> {
          current = new Case();
          current.id = words[1];
        }
        case "address" -> current.address = words[1];
        case "authentication" -> current.authentication = words[1];
        case "verifies" -> current.verifies = Boolean.parseBoolean(words[1]);
        case "end" -> System.out.println(judge(current));
        default -> {
          try {
            read(words[0].startsWith("server") ? current.server : current.client, words);
          } catch (Exception error) {
            current.broken = String.valueOf(error);
          }
        }
      }
    }
  }

  static void read(Side side, String[] words) throws Exception {
    String kind = words[0].substring(words[0].indexOf('-') + 1);
    switch (kind) {
      case "entry" -> {
        Entry entry = new Entry();
        entry.alias = words[1];
        if (words.length > 2) entry.password = words[2].toCharArray();
        side.entries.add(entry);
      }
      case "key" -> side.entries.get(side.entries.size() - 1).key = Base64.getDecoder().decode(words[1]);
      case "certificate" -> side.entries.get(side.entries.size() - 1).chain.add(certificate(words[1]));
      case "anchor" -> side.anchors.add(certificate(words[1]));
      default -> throw new IllegalArgumentException(words[0]);
    }
  }

  static X509Certificate certificate(String base64) throws Exception {
    byte[] der = Base64.getDecoder().decode(base64);
    return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  static String judge(Case hop) {
    if (hop.broken != null) return String.join("\t", hop.id, "failed", "-", hop.broken, "-");
    String[] errors = {"-", "-"};
    String seen = "-";
    boolean ok = false;
    try {
      SSLEngine server = context(hop.server).createSSLEngine();
      server.setUseClientMode(false);
      server.setNeedClientAuth(hop.authentication.equals("require"));
      if (hop.authentication.equals("request")) server.setWantClientAuth(true);
      SSLEngine client = context(hop.client).createSSLEngine(hop.address, 8443);
      client.setUseClientMode(true);
      if (hop.verifies) {
        SSLParameters parameters = client.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        client.setSSLParameters(parameters);
      }
      ok = shake(client, server, errors);
      try {
        seen = ((X509Certificate) server.getSession().getPeerCertificates()[0]).getSubjectX500Principal().getName();
      } catch (Exception error) {
        seen = "-";
      }
    } catch (Exception error) {
      errors[0] = deepest(error);
    }
    return String.join("\t", hop.id, ok ? "ok" : "failed", seen, errors[0], errors[1]);
  }

  static SSLContext context(Side side) throws Exception {
    KeyStore keys = KeyStore.getInstance("JKS");
    keys.load(null, null);
    for (Entry entry : side.entries) {
      String algorithm = entry.chain.get(0).getPublicKey().getAlgorithm();
      PrivateKey key = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(entry.key));
      keys.setKeyEntry(entry.alias, key, entry.password, entry.chain.toArray(new Certificate[0]));
    }
    KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("SunX509");
    keyManagers.init(reloaded(keys), PASSWORD);
    KeyStore anchors = KeyStore.getInstance("JKS");
    anchors.load(null, null);
    int number = 0;
    for (X509Certificate anchor : side.anchors) anchors.setCertificateEntry("anchor" + number++, anchor);
    TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
    trustManagers.init(reloaded(anchors));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
    return context;
  }

  /** Stores on disk are what products open. */
  static KeyStore reloaded(KeyStore store) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    store.store(bytes, PASSWORD);
    KeyStore loaded = KeyStore.getInstance("JKS");
    loaded.load(new ByteArrayInputStream(bytes.toByteArray()), PASSWORD);
    return loaded;
  }

  /** Turns both engines until the handshake is over on both sides and a byte went each way. */
  static boolean shake(SSLEngine client, SSLEngine server, String[] errors) {
    ByteBuffer toServer = ByteBuffer.allocate(1 << 18);
    ByteBuffer toClient = ByteBuffer.allocate(1 << 18);
    ByteBuffer inClient = ByteBuffer.allocate(1 << 16);
    ByteBuffer inServer = ByteBuffer.allocate(1 << 16);
    SSLEngine[] engines = {client, server};
    ByteBuffer[] outs = {toServer, toClient};
    ByteBuffer[] ins = {toClient, toServer};
    ByteBuffer[] data = {inClient, inServer};
    boolean[] sent = {false, false};
    for (int turn = 0; turn < 200; turn++) {
      for (int at = 0; at < 2; at++) {
        if (!errors[at].equals("-")) continue;
        try {
          step(engines[at], outs[at], ins[at], data[at], sent, at);
        } catch (Exception error) {
          errors[at] = deepest(error);
          // The alert still has to reach the other side.
          try {
            engines[at].wrap(ByteBuffer.allocate(0), outs[at]);
          } catch (Exception ignored) {
            // It has none to send.
          }
        }
      }
      if (inClient.position() > 0 && inServer.position() > 0) return true;
    }
    return false;
  }

  static void step(SSLEngine engine, ByteBuffer out, ByteBuffer in, ByteBuffer data, boolean[] sent, int at)
      throws Exception {
    Runnable task;
    while ((task = engine.getDelegatedTask()) != null) task.run();
    HandshakeStatus status = engine.getHandshakeStatus();
    if (status == HandshakeStatus.NEED_WRAP || (status == HandshakeStatus.NOT_HANDSHAKING && !sent[at])) {
      boolean application = status == HandshakeStatus.NOT_HANDSHAKING && engine.getSession().isValid()
          && !engine.getSession().getCipherSuite().equals("SSL_NULL_WITH_NULL_NULL");
      SSLEngineResult result = engine.wrap(ByteBuffer.wrap(application ? new byte[] {1} : new byte[0]), out);
      if (application && result.bytesConsumed() > 0) sent[at] = true;
    }
    in.flip();
    while (in.hasRemaining()) {
      SSLEngineResult result = engine.unwrap(in, data);
      while ((task = engine.getDelegatedTask()) != null) task.run();
      if (result.getStatus() != SSLEngineResult.Status.OK) break;
      if (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) break;
      if (result.bytesConsumed() == 0 && result.bytesProduced() == 0
          && engine.getHandshakeStatus() != HandshakeStatus.NEED_UNWRAP) break;
    }
    in.compact();
  }

  static String deepest(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) cause = cause.getCause();
    return String.valueOf(cause).replaceAll("[\\t\\r\\n]+", " ");
  }
}
