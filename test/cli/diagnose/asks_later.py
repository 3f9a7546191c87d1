"""An HTTPS server of TLS 1.3 that asks for a client certificate once it sees /orders (RFC 8446, 4.6.2).

Words: its chain, its key, whom it asks for. Prints its port; it answers as Apache does: 403 to who cannot be asked.
"""

import socket
import ssl
import sys

chain, key, authorities = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.minimum_version = ssl.TLSVersion.TLSv1_3
context.load_cert_chain(chain, key)
context.load_verify_locations(authorities)
context.verify_mode = ssl.CERT_OPTIONAL
context.post_handshake_auth = True


def answer(connection):
    path = connection.recv(4096).split(b" ")[1]
    if path != b"/orders":
        return b"204 No Content"
    try:
        connection.verify_client_post_handshake()
    except ssl.SSLError:
        return b"403 Forbidden"
    # The request for the certificate goes with what is sent next, and the certificate comes with what is read.
    connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    connection.settimeout(0.2)
    for _ in range(10):
        try:
            connection.recv(4096)
        except socket.timeout:
            pass
        try:
            return b"200 OK" if connection.getpeercert() else b"403 Forbidden"
        except ValueError:  # the certificate has not come yet
            pass
    return b"408 Request Timeout"


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    plain, _ = listener.accept()
    plain.settimeout(3)
    try:
        with context.wrap_socket(plain, server_side=True) as connection:
            connection.sendall(b"HTTP/1.1 " + answer(connection) + b"\r\n\r\n")
    except (OSError, IndexError):
        plain.close()
