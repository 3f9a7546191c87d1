import java.io.*;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A Java's keytool that stays: every connection is one run of it.
 *
 * Arguments: a folder, and the word with which callers show that they may. Says in the folder's file `port` where it
 * listens; what a run has printed stands in files of the folder until the caller hangs up.
 */
public class KeytoolServer {
  /** Paths are those of the caller's directory. */
  private static final List<String> FILES = Arrays.asList(
    "-keystore", "-srckeystore", "-destkeystore", "-file", "-infile", "-outfile");

  /** Of the run that a thread serves; keytool knows the process's only. */
  private static final ThreadLocal<Run> CURRENT = new ThreadLocal<>();

  public static void main(String[] words) throws Exception {
    Path folder = Paths.get(words[0]);
    endWithCaller(System.in);
    Method keytool = Class.forName("sun.security.tools.keytool.Main").getMethod("main", String[].class);
    System.setIn(new Input());
    System.setOut(new PrintStream(new Output(false), true));
    System.setErr(new PrintStream(new Output(true), true));
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    Path port = folder.resolve("port.new");
    Files.write(port, Integer.toString(server.getLocalPort()).getBytes(StandardCharsets.UTF_8));
    Files.move(port, folder.resolve("port"), StandardCopyOption.ATOMIC_MOVE);
    for (int number = 0; ; number++) {
      Socket socket = server.accept();
      Path printed = folder.resolve(Integer.toString(number));
      new Thread(() -> serve(socket, keytool, words[1], printed)).start();
    }
  }

  /** Whoever started this holds its standard input open. */
  private static void endWithCaller(InputStream input) {
    Thread thread = new Thread(() -> {
      try {
        while (input.read() >= 0);
      } catch (IOException gone) {
        // It is at its end as well.
      }
      Runtime.getRuntime().halt(0);
    });
    thread.setDaemon(true);
    thread.start();
  }

  private static void serve(Socket accepted, Method keytool, String word, Path printed) {
    try (Socket socket = accepted) {
      Run run = new Run(socket);
      if (!run.next().equals(word)) return;
      CURRENT.set(run);
      Path directory = Paths.get(run.next());
      String[] words = new String[Integer.parseInt(run.next())];
      for (int at = 0; at < words.length; at++) {
        words[at] = run.next();
        if (at > 0 && FILES.contains(words[at - 1]) && !words[at].equals("NONE"))
          words[at] = directory.resolve(words[at]).toString();
      }
      int status = statusOf(keytool, run, Arrays.asList(words));
      System.out.flush();
      System.err.flush();
      Path[] files = { Paths.get(printed + ".out"), Paths.get(printed + ".err") };
      Files.write(files[0], withoutDebug(run.out).getBytes(StandardCharsets.UTF_8));
      Files.write(files[1], run.err.toByteArray());
      run.say("end " + status + " " + printed);
      run.next();
      for (Path file : files) Files.delete(file);
    } catch (IOException | ReflectiveOperationException error) {
      throw new IllegalStateException(error);
    }
  }

  /** With `-debug` keytool throws what it has printed, where it would end the process. */
  private static int statusOf(Method keytool, Run run, List<String> words)
    throws IOException, ReflectiveOperationException {
    List<String> debugged = new ArrayList<>(words);
    debugged.add(0, "-debug");
    try {
      keytool.invoke(null, (Object) debugged.toArray(new String[0]));
    } catch (InvocationTargetException failure) {
      return 1;
    }
    if (words.contains("-list")) {
      // That lists otherwise, so it was a trial; one that succeeds ends nothing.
      run.again();
      keytool.invoke(null, (Object) words.toArray(new String[0]));
    }
    return 0;
  }

  /** What it prints more under `-debug`. */
  private static String withoutDebug(ByteArrayOutputStream printed) {
    return new String(printed.toByteArray(), StandardCharsets.UTF_8)
      .replaceFirst("^Command line args: .*\n", "")
      .replaceFirst("keytool error: java.lang.RuntimeException: NO BIG ERROR, SORRY\n", "");
  }

  /** One run of keytool, and the caller that waits for it. */
  private static class Run {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final InputStream said;
    private final OutputStream answer;
    private InputStream input;

    Run(Socket socket) throws IOException {
      said = new BufferedInputStream(socket.getInputStream());
      answer = socket.getOutputStream();
    }

    /** What the caller says up to a zero byte, or until it hangs up. */
    String next() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (int read = said.read(); read > 0; read = said.read()) bytes.write(read);
      return new String(bytes.toByteArray(), StandardCharsets.UTF_8);
    }

    void say(String line) throws IOException {
      answer.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      answer.flush();
    }

    /** Forgets what was printed, and reads the same input. */
    void again() throws IOException {
      out.reset();
      err.reset();
      if (input != null) input.reset();
    }

    /** The caller's standard input, which is asked for when keytool reads it. */
    InputStream input() throws IOException {
      if (input == null) {
        say("input");
        input = new ByteArrayInputStream(next().getBytes(StandardCharsets.UTF_8));
      }
      return input;
    }
  }

  private static class Input extends InputStream {
    @Override public int read() throws IOException {
      return CURRENT.get().input().read();
    }

    @Override public int read(byte[] bytes, int at, int length) throws IOException {
      return CURRENT.get().input().read(bytes, at, length);
    }

    @Override public int available() throws IOException {
      return CURRENT.get().input().available();
    }
  }

  private static class Output extends OutputStream {
    private final boolean isError;

    Output(boolean isError) {
      this.isError = isError;
    }

    @Override public void write(int value) {
      target().write(value);
    }

    @Override public void write(byte[] bytes, int at, int length) {
      target().write(bytes, at, length);
    }

    private ByteArrayOutputStream target() {
      Run run = CURRENT.get();
      return isError ? run.err : run.out;
    }
  }
}
