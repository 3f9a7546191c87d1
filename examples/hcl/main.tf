terraform {
  required_providers {
    trust = { source = "cdktf-trust.invalid/cdktf-trust/trust" }
  }
}

locals {
  # Each folder mirrors the absolute paths of its machine.
  stock = "local:hosts/stock"
  shop  = "local:hosts/shop"
}

# What keytool made: the key stays in the file, its certificate is read from it.
data "trust_keystore" "made" {
  host     = "local:identity"
  path     = "/stock.p12"
  password = "env:STOCK_PASSWORD"
}

locals {
  identity = one([for entry in data.trust_keystore.made.entries : entry if entry.alias == "stock"])
}

# The caller trusts the certificate.
resource "trust_keystore" "shop" {
  host     = local.shop
  path     = "/etc/shop/truststore.p12"
  password = "env:SHOP_PASSWORD"
  profile  = "modern"
}

# One for each certificate, so that both are trusted while one takes over from the other.
resource "trust_truststore_entry" "stock" {
  for_each = { (local.identity.sha256) = local.identity.certificates_pem[0] }

  host            = trust_keystore.shop.host
  path            = trust_keystore.shop.path
  password        = trust_keystore.shop.password
  alias           = "stock"
  certificate_pem = each.value

  lifecycle {
    create_before_destroy = true
  }
}

# The server presents it, once it is trusted.
resource "trust_keystore" "stock" {
  host     = local.stock
  path     = "/etc/stock/server.p12"
  password = "env:STOCK_PASSWORD"
  profile  = "modern"
}

resource "trust_key_entry" "stock" {
  host     = trust_keystore.stock.host
  path     = trust_keystore.stock.path
  password = trust_keystore.stock.password
  alias    = "stock"
  artifact = "identity/stock.p12"
  sha256   = local.identity.sha256
  relying = [{
    host    = trust_keystore.shop.host
    path    = trust_keystore.shop.path
    sha256  = local.identity.sha256
    content = trust_truststore_entry.stock[local.identity.sha256].content
    stack   = null
  }]
}

resource "trust_config_file" "stock" {
  host = local.stock
  path = "/etc/stock/application.properties"
  settings = [
    { kind = "property", key = "server.ssl.key-store", value = trust_key_entry.stock.path },
    { kind = "property", key = "server.ssl.key-alias", value = trust_key_entry.stock.alias },
  ]
}

# The server reads its store when it starts, so it is restarted where what it reads has changed.
resource "trust_activation" "stock" {
  host = local.stock
  name = "stock"
  files = [
    { path = trust_key_entry.stock.path, password = trust_key_entry.stock.password },
    { path = trust_config_file.stock.path },
  ]
  # On a machine over SSH it is `on = "host"` and `["systemctl", "restart", "stock"]`, with a probe of its port beside it.
  steps = [{ argv = ["sh", "restart.sh"], on = "runner", timeout_seconds = 60 }]
}

output "trusted" {
  value = {
    subject   = local.identity.subject
    sha256    = local.identity.sha256
    not_after = local.identity.not_after
  }
}
