// Loaded into Node and Newman: whatever host they call is this machine, so that names need no DNS.
const net = require("node:net");

// oxlint-disable-next-line typescript/unbound-method -- called with the socket below
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function toLoopback(...parameters) {
  const [given] = parameters;
  const options = Array.isArray(given) ? given[0] : given;
  if (typeof options !== "object" || options === null || options.path != null) {
    return connect.apply(this, parameters);
  }
  // The TLS above reads the host again, to compare it with the certificate.
  const { host } = options;
  options.host = "127.0.0.1";
  try {
    return connect.apply(this, parameters);
  } finally {
    options.host = host;
  }
};
