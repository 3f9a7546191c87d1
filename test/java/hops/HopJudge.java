import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Stays and performs TLS handshakes between a Java server and a Java client with default key and trust managers,
 * made of whole stores. Reads hops from its input, a word and its value a line; answers each with one line:
 * ok or failed, SHA-256 of the certificates that the client and the server saw, and the errors of both.
 * Both sides are here, over memory; a hop with `mode serve` or `mode call PORT` has its other side elsewhere.
 * Runs on Java 8 and later.
 */
public class HopJudge {
  static final PrintStream OUT = System.out;

  public static void main(String[] arguments) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Map<String, String> hop = new HashMap<>();
    String line;
    while ((line = lines.readLine()) != null) {
      if (line.equals("end")) {
        OUT.println(judge(hop));
        OUT.flush();
        hop = new HashMap<>();
        continue;
      }
      int at = line.indexOf(' ');
      hop.put(line.substring(0, at), line.substring(at + 1));
    }
  }

  static String judge(Map<String, String> hop) {
    String mode = hop.getOrDefault("mode", "both");
    String[] errors = {"-", "-"};
    String[] seen = {"-", "-"};
    boolean ok = false;
    try {
      if (mode.equals("serve")) ok = serve(hop, errors, seen);
      else if (mode.startsWith("call ")) ok = call(hop, Integer.parseInt(mode.substring(5)), errors, seen);
      else ok = both(hop, errors, seen);
    } catch (Throwable error) {
      errors[mode.equals("serve") ? 1 : 0] = deepest(error);
    }
    return String.join("\t", ok ? "ok" : "failed", seen[0], seen[1], errors[0], errors[1]);
  }

  static boolean both(Map<String, String> hop, String[] errors, String[] seen) throws Exception {
    SSLEngine server;
    try {
      server = context(hop, "server").createSSLEngine();
    } catch (Exception error) {
      errors[1] = deepest(error);
      return false;
    }
    server.setUseClientMode(false);
    server.setSSLParameters(serverParameters(hop, server.getSSLParameters()));
    SSLEngine client = context(hop, "client").createSSLEngine(hop.get("address"), 8443);
    client.setUseClientMode(true);
    client.setSSLParameters(clientParameters(hop, client.getSSLParameters()));
    boolean ok = shake(client, server, errors);
    seen[0] = peer(client.getSession());
    seen[1] = peer(server.getSession());
    return ok;
  }

  /** Prints its port, then waits for the other side. */
  static boolean serve(Map<String, String> hop, String[] errors, String[] seen) throws Exception {
    SSLContext context;
    try {
      context = context(hop, "server");
    } catch (Exception error) {
      // The other side needs its port to go on.
      OUT.println("port 0");
      OUT.flush();
      throw error;
    }
    SSLServerSocket listener = (SSLServerSocket) context.getServerSocketFactory()
        .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
    listener.setSSLParameters(serverParameters(hop, listener.getSSLParameters()));
    listener.setSoTimeout(20000);
    OUT.println("port " + listener.getLocalPort());
    OUT.flush();
    SSLSocket socket = (SSLSocket) listener.accept();
    try {
      return exchange(socket, errors, seen, 1);
    } finally {
      socket.close();
      listener.close();
    }
  }

  static boolean call(Map<String, String> hop, int port, String[] errors, String[] seen) throws Exception {
    SSLContext context = context(hop, "client");
    if (port == 0) return false;
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, hop.get("address"), 8443, true);
    socket.setSSLParameters(clientParameters(hop, socket.getSSLParameters()));
    try {
      return exchange(socket, errors, seen, 0);
    } finally {
      socket.close();
    }
  }

  static boolean exchange(SSLSocket socket, String[] errors, String[] seen, int at) {
    try {
      socket.setSoTimeout(20000);
      socket.startHandshake();
      socket.getOutputStream().write(1);
      socket.getOutputStream().flush();
      if (socket.getInputStream().read() != 1) throw new IOException("the other side said nothing");
      return true;
    } catch (Exception error) {
      errors[at] = deepest(error);
      return false;
    } finally {
      seen[at] = peer(socket.getSession());
    }
  }

  static SSLParameters serverParameters(Map<String, String> hop, SSLParameters parameters) {
    String authentication = hop.get("authentication");
    if (authentication.equals("require")) parameters.setNeedClientAuth(true);
    if (authentication.equals("request")) parameters.setWantClientAuth(true);
    if (hop.containsKey("server-protocols")) parameters.setProtocols(hop.get("server-protocols").split(","));
    return parameters;
  }

  static SSLParameters clientParameters(Map<String, String> hop, SSLParameters parameters) {
    if (hop.get("verifies").equals("true")) parameters.setEndpointIdentificationAlgorithm("HTTPS");
    if (hop.containsKey("client-protocols")) parameters.setProtocols(hop.get("client-protocols").split(","));
    return parameters;
  }

  static SSLContext context(Map<String, String> hop, String side) throws Exception {
    KeyManagerFactory keyManagers = null;
    if (hop.containsKey(side + "-keys")) {
      String password = hop.get(side + "-password");
      KeyStore keys = store(hop, side + "-keys", password);
      String name = hop.getOrDefault(side + "-manager", KeyManagerFactory.getDefaultAlgorithm());
      keyManagers = KeyManagerFactory.getInstance(name);
      keyManagers.init(keys, password.toCharArray());
    }
    TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trustManagers.init(store(hop, side + "-trust", "changeit"));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers == null ? null : keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
    return context;
  }

  static KeyStore store(Map<String, String> hop, String what, String password) throws Exception {
    KeyStore store = KeyStore.getInstance(hop.get(what + "-type"));
    store.load(new ByteArrayInputStream(Base64.getDecoder().decode(hop.get(what))), password.toCharArray());
    return store;
  }

  static String peer(javax.net.ssl.SSLSession session) {
    try {
      Certificate certificate = session.getPeerCertificates()[0];
      StringBuilder text = new StringBuilder();
      for (byte octet : MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()))
        text.append(String.format("%02X", octet));
      return text.toString();
    } catch (Exception error) {
      return "-";
    }
  }

  /** Turns both engines until the handshake is over on both sides and a byte went each way. */
  static boolean shake(SSLEngine client, SSLEngine server, String[] errors) {
    ByteBuffer toServer = ByteBuffer.allocate(1 << 19);
    ByteBuffer toClient = ByteBuffer.allocate(1 << 19);
    ByteBuffer inClient = ByteBuffer.allocate(1 << 16);
    ByteBuffer inServer = ByteBuffer.allocate(1 << 16);
    SSLEngine[] engines = {client, server};
    ByteBuffer[] outs = {toServer, toClient};
    ByteBuffer[] ins = {toClient, toServer};
    ByteBuffer[] data = {inClient, inServer};
    boolean[] sent = {false, false};
    for (int turn = 0; turn < 300; turn++) {
      for (int at = 0; at < 2; at++) {
        if (!errors[at].equals("-")) continue;
        try {
          step(engines[at], outs[at], ins[at], data[at], sent, at);
        } catch (Throwable error) {
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
