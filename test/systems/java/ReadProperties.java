import java.util.Properties;
import java.util.TreeMap;

/** Prints what java.util.Properties reads from standard input: key, tab, value, a line each, in order of the keys. */
public class ReadProperties {
  public static void main(String[] arguments) throws Exception {
    Properties properties = new Properties();
    properties.load(System.in);
    new TreeMap<>(properties).forEach((key, value) -> System.out.println(key + "\t" + value));
  }
}
