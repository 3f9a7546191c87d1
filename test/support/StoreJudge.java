import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;

/**
 * Loads stores with every key, and makes some, for as long as there are lines to read; runs on Java 8 and later.
 * Texts are Base64 of UTF-8, and "-" is none.
 *
 * <pre>
 * list TYPE PASSWORD KEY-PASSWORDS(comma) STORE   answers: alias kind SHA-1s key;...
 * make TYPE PASSWORD ENTRY;...                    answers: STORE
 *   ENTRY: kind,alias,password,algorithm,key or certificate[,certificate...]
 * </pre>
 * An answer is one line, "ok" or "error" and a tab before it.
 */
public class StoreJudge {
    public static void main(String[] arguments) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream output = new PrintStream(System.out, true, "UTF-8");
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] words = line.split(" ", -1);
            try {
                output.println("ok\t" + (words[0].equals("make") ? make(words) : list(words)));
            } catch (Exception error) {
                output.println("error\t" + String.valueOf(error).replaceAll("\\s+", " "));
            }
        }
    }

    static String list(String[] words) throws Exception {
        KeyStore store = KeyStore.getInstance(words[1]);
        store.load(new ByteArrayInputStream(bytes(words[4])), characters(words[2]));
        StringBuilder listed = new StringBuilder();
        for (String alias : Collections.list(store.aliases())) {
            Certificate[] chain = store.getCertificateChain(alias);
            if (chain == null && store.getCertificate(alias) != null) {
                chain = new Certificate[] {store.getCertificate(alias)};
            }
            StringBuilder hashes = new StringBuilder();
            for (Certificate certificate : chain == null ? new Certificate[0] : chain) {
                hashes.append(hashes.length() == 0 ? "" : ",").append(sha1(certificate.getEncoded()));
            }
            boolean secret = store.entryInstanceOf(alias, KeyStore.SecretKeyEntry.class);
            String kind = store.isCertificateEntry(alias) ? "anchor" : secret ? "secret" : "identity";
            String key = kind.equals("anchor") ? "" : open(store, alias, words[3]);
            String name = Base64.getEncoder().encodeToString(alias.getBytes(StandardCharsets.UTF_8));
            listed.append(name + " " + kind + " " + hashes + " " + key + ";");
        }
        return listed.toString();
    }

    static String open(KeyStore store, String alias, String passwords) throws Exception {
        for (String password : passwords.split(",", -1)) {
            try {
                Key key = store.getKey(alias, characters(password));
                return sha1(key.getEncoded());
            } catch (Exception error) {
                continue;
            }
        }
        return "sealed";
    }

    static String make(String[] words) throws Exception {
        KeyStore store = KeyStore.getInstance(words[1]);
        store.load(null, null);
        for (String entry : words[3].isEmpty() ? new String[0] : words[3].split(";")) {
            String[] parts = entry.split(",", -1);
            String alias = new String(bytes(parts[1]), StandardCharsets.UTF_8);
            if (parts[0].equals("anchor")) {
                store.setCertificateEntry(alias, certificates(parts, 4).get(0));
            } else if (parts[0].equals("secret")) {
                Key key = new SecretKeySpec(bytes(parts[4]), parts[3]);
                store.setKeyEntry(alias, key, characters(parts[2]), null);
            } else {
                PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(bytes(parts[4]));
                PrivateKey key = KeyFactory.getInstance(parts[3]).generatePrivate(encoded);
                Certificate[] chain = certificates(parts, 5).toArray(new Certificate[0]);
                store.setKeyEntry(alias, key, characters(parts[2]), chain);
            }
        }
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        store.store(written, characters(words[2]));
        return Base64.getEncoder().encodeToString(written.toByteArray());
    }

    static List<Certificate> certificates(String[] parts, int from) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<Certificate> certificates = new ArrayList<>();
        for (int at = from; at < parts.length; at++) {
            InputStream encoded = new ByteArrayInputStream(bytes(parts[at]));
            certificates.add(factory.generateCertificate(encoded));
        }
        return certificates;
    }

    static char[] characters(String encoded) {
        return encoded.equals("-") ? null : new String(bytes(encoded), StandardCharsets.UTF_8).toCharArray();
    }

    static byte[] bytes(String encoded) {
        return Base64.getDecoder().decode(encoded);
    }

    static String sha1(byte[] bytes) throws Exception {
        StringBuilder hexadecimal = new StringBuilder();
        for (byte one : MessageDigest.getInstance("SHA-1").digest(bytes)) {
            hexadecimal.append(String.format("%02x", one));
        }
        return hexadecimal.toString();
    }
}
