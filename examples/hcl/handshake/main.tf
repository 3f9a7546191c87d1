terraform {
  required_providers {
    trust = { source = "cdktf-trust.invalid/cdktf-trust/trust" }
  }
}

variable "connect" {
  type        = string
  default     = "localhost:8443"
  description = "HOST:PORT of the server."
}

# A check warns: plan and apply go on.
check "stock_is_called" {
  data "trust_handshake" "stock" {
    connect             = var.connect
    host                = "local:hosts/shop"
    truststore          = "/etc/shop/truststore.p12"
    truststore_password = "env:SHOP_PASSWORD"
  }

  assert {
    condition     = data.trust_handshake.stock.ok
    error_message = "${var.connect}: ${data.trust_handshake.stock.reason}"
  }
}

# A postcondition stops the plan, or the apply where something is not known before.
data "trust_handshake" "required" {
  connect             = var.connect
  host                = "local:hosts/shop"
  truststore          = "/etc/shop/truststore.p12"
  truststore_password = "env:SHOP_PASSWORD"

  lifecycle {
    postcondition {
      condition     = self.ok
      error_message = "${var.connect}: ${self.reason}"
    }
  }
}

output "until" {
  value = data.trust_handshake.required.not_after
}
