import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;

/**
 * Loads every file of a directory with java.util.Properties and prints, by the name of the file, what it holds:
 * a line "name", then one "  key=value" each, as hexadecimal UTF-16 units, sorted. Argument 2: the encoding.
 */
public class PropertiesJudge {
    public static void main(String[] arguments) throws IOException {
        File[] files = new File(arguments[0]).listFiles();
        Arrays.sort(files);
        for (File file : files) {
            System.out.println(file.getName());
            Properties properties = new Properties();
            try {
                if (arguments[1].equals("iso-8859-1")) {
                    try (InputStream in = new FileInputStream(file)) { properties.load(in); }
                } else {
                    try (Reader in = Files.newBufferedReader(file.toPath(), StandardCharsets.UTF_8)) { properties.load(in); }
                }
            } catch (IllegalArgumentException refused) {
                System.out.println("  refused");
                continue;
            }
            TreeSet<String> lines = new TreeSet<>();
            for (String key : properties.stringPropertyNames()) {
                lines.add("  " + hex(key) + "=" + hex(properties.getProperty(key)));
            }
            lines.forEach(System.out::println);
        }
    }

    private static String hex(String text) {
        StringBuilder out = new StringBuilder();
        for (char unit : text.toCharArray()) out.append(String.format("%04x", (int) unit));
        return out.toString();
    }
}
