import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Scanner;

/**
 * Lists stores as Java sees them, and opens each key. Reads one store a line:
 * path, password, key passwords (comma), type; passwords are hexadecimal UTF-8, "null" is none.
 * Writes one entry a line: line number, alias (hexadecimal UTF-8), kind, SHA-1 of the certificates, SHA-1 of the key.
 */
public class ListStores {
    public static void main(String[] arguments) throws Exception {
        Scanner input = new Scanner(System.in, StandardCharsets.UTF_8);
        for (int line = 0; input.hasNextLine(); line++) {
            String[] fields = input.nextLine().split("\t", -1);
            try {
                list(line, fields);
            } catch (Exception error) {
                System.out.println(line + "\t\terror\t" + error.getMessage() + "\t");
            }
        }
    }

    static void list(int line, String[] fields) throws Exception {
        KeyStore store = KeyStore.getInstance(fields[3]);
        store.load(new ByteArrayInputStream(Files.readAllBytes(Path.of(fields[0]))), password(fields[1]));
        for (String alias : Collections.list(store.aliases())) {
            StringBuilder chain = new StringBuilder();
            Certificate[] certificates = store.getCertificateChain(alias);
            if (certificates == null && store.getCertificate(alias) != null) {
                certificates = new Certificate[] {store.getCertificate(alias)};
            }
            for (Certificate certificate : certificates == null ? new Certificate[0] : certificates) {
                chain.append(chain.length() == 0 ? "" : ",").append(sha1(certificate.getEncoded()));
            }
            boolean secret = store.entryInstanceOf(alias, KeyStore.SecretKeyEntry.class);
            String kind = store.isCertificateEntry(alias) ? "anchor" : secret ? "secret" : "identity";
            String name = HexFormat.of().formatHex(alias.getBytes(StandardCharsets.UTF_8));
            String key = kind.equals("anchor") ? "" : openKey(store, alias, fields[2]);
            System.out.println(line + "\t" + name + "\t" + kind + "\t" + chain + "\t" + key);
        }
    }

    static String openKey(KeyStore store, String alias, String passwords) throws Exception {
        for (String password : passwords.split(",", -1)) {
            try {
                Key key = store.getKey(alias, password(password));
                return sha1(key.getEncoded());
            } catch (Exception error) {
                continue;
            }
        }
        return "sealed";
    }

    static char[] password(String hex) {
        if (hex.equals("null")) return null;
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8).toCharArray();
    }

    static String sha1(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    }
}
