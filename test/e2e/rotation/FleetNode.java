import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FileWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * A process of a fleet: serves on a port of its own choice where it has one, and calls others over a new connection each
 * time. It reads its stores once, when it starts. At the end it finishes what it has begun.
 */
public final class FleetNode {
  private static final int TIMEOUT_MS = 60_000;
  private static volatile boolean isEnding = false;
  private static FileWriter log;

  public static void main(String[] arguments) throws Exception {
    Properties settings = new Properties();
    try (FileInputStream in = new FileInputStream(arguments[0])) {
      settings.load(in);
    }
    log = new FileWriter(settings.getProperty("log"), true);
    SSLContext context = contextOf(settings);
    List<Thread> running = new ArrayList<>();
    int port = 0;
    if ("true".equals(settings.getProperty("serves"))) {
      SSLServerSocket server = (SSLServerSocket)
          context.getServerSocketFactory().createServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
      server.setNeedClientAuth("true".equals(settings.getProperty("asks")));
      port = server.getLocalPort();
      running.add(started(() -> serve(server)));
    }
    long pauseMs = Long.parseLong(settings.getProperty("pauseMs"));
    for (String target : settings.getProperty("calls", "").split(","))
      if (!target.isEmpty()) running.add(started(() -> callAgainAndAgain(context, target, pauseMs)));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      isEnding = true;
      for (Thread thread : running) join(thread);
    }));
    System.out.println("ready " + port);
    System.out.flush();
    for (Thread thread : running) join(thread);
  }

  private static SSLContext contextOf(Properties settings) throws Exception {
    char[] password = settings.getProperty("password").toCharArray();
    KeyManager[] keys = null;
    if (settings.getProperty("keystore") != null) {
      KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
      factory.init(load(settings.getProperty("keystore"), password), password);
      keys = factory.getKeyManagers();
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    if (settings.getProperty("truststore") != null) trust.init(load(settings.getProperty("truststore"), password));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, settings.getProperty("truststore") == null ? null : trust.getTrustManagers(), null);
    return context;
  }

  private static KeyStore load(String path, char[] password) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (FileInputStream in = new FileInputStream(path)) {
      store.load(in, password);
    }
    return store;
  }

  /** Until it is told to end and nobody comes any more. */
  private static void serve(SSLServerSocket server) {
    ExecutorService workers = Executors.newCachedThreadPool();
    try {
      server.setSoTimeout(500);
      while (true) {
        try {
          Socket socket = server.accept();
          workers.execute(() -> answer((SSLSocket) socket));
        } catch (SocketTimeoutException nobody) {
          if (isEnding) break;
        }
      }
      workers.shutdown();
      workers.awaitTermination(TIMEOUT_MS, TimeUnit.MILLISECONDS);
      server.close();
    } catch (Exception error) {
      record("-", "FAIL", "server " + error);
    }
  }

  private static void answer(SSLSocket socket) {
    try (SSLSocket open = socket) {
      open.setSoTimeout(TIMEOUT_MS);
      BufferedReader in = new BufferedReader(new InputStreamReader(open.getInputStream()));
      String line = in.readLine();
      OutputStream out = open.getOutputStream();
      out.write(("hello " + line + "\n").getBytes());
      out.flush();
    } catch (IOException refused) {
      // The caller has it in its log.
    }
  }

  private static void callAgainAndAgain(SSLContext context, String target, long pauseMs) {
    while (!isEnding) {
      try {
        record(target, "ok", call(context, target));
      } catch (Exception error) {
        record(target, "FAIL", String.valueOf(error));
      }
      sleep(pauseMs);
    }
  }

  /** Gives the first digits of the fingerprint of what was served. */
  private static String call(SSLContext context, String target) throws Exception {
    int colon = target.indexOf(':');
    String host = target.substring(0, colon);
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(target.substring(colon + 1))), TIMEOUT_MS);
      try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, plain.getPort(), true)) {
        socket.setSoTimeout(TIMEOUT_MS);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        socket.getOutputStream().write("there\n".getBytes());
        String answer = new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine();
        if (!"hello there".equals(answer)) throw new IOException("answered " + answer);
        X509Certificate served = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        // So that the next call shakes hands in full.
        socket.getSession().invalidate();
        return fingerprintOf(served);
      }
    }
  }

  private static String fingerprintOf(X509Certificate certificate) throws Exception {
    StringBuilder text = new StringBuilder();
    for (byte each : MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded())) text.append(String.format("%02X", each));
    return text.substring(0, 16);
  }

  private static synchronized void record(String target, String verdict, String detail) {
    try {
      log.write(System.currentTimeMillis() + " " + target + " " + verdict + " " + detail.replace('\n', ' ') + "\n");
      log.flush();
    } catch (IOException error) {
      System.err.println(error);
    }
  }

  private static Thread started(Runnable work) {
    Thread thread = new Thread(work);
    thread.start();
    return thread;
  }

  private static void join(Thread thread) {
    try {
      thread.join(TIMEOUT_MS);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private static void sleep(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
