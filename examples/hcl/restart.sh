# Stands for a restart: a folder runs no product. Notes what the product would serve from now on.
keytool -list -alias stock -keystore hosts/stock/etc/stock/server.p12 -storepass:env STOCK_PASSWORD | tail -n 1 >>restarts
