/** Systems of a made-up company by the stack that declares them. */
export const ESTATE_SYSTEMS: readonly (readonly [stack: string, systems: readonly string[]])[] = [
  [
    "orders",
    ["Order API", "Pricing", "Basket", "Promotions", "Invoice Store", "Checkout", "Returns", "Loyalty"],
  ],
  ["integration", ["Integration Server", "API Gateway", "B2B Gateway", "Message Broker", "File Transfer"]],
  [
    "payments",
    ["Payment Hub", "Fraud Check", "Ledger", "Reconciliation", "Card Vault", "Payout", "Tax Engine"],
  ],
  ["delivery", ["ISPW (CES)", "ElectricFlow", "Artifact Store", "Build Farm", "Code Scan", "Release Desk"]],
  [
    "operations",
    ["Monitoring", "Job Scheduler", "Ticketing", "xMatters Agent", "CMDB", "Log Store", "Backup Control"],
  ],
  [
    "logistics",
    ["Warehouse", "Dispatch", "Yard", "Route Planner", "Label Print", "Stock", "Tracking", "Slotting"],
  ],
  ["identity", ["Identity Provider", "Directory", "Secrets Store", "Badge Access", "Consent"]],
  ["analytics", ["Data Lake", "Dashboards", "Forecast", "Feature Store", "ETL", "Report Server"]],
  ["sales", ["Customer Master", "Subscriptions", "Billing", "Dunning", "Marketplace", "Campaigns", "Quotes"]],
];

/** Servers of others, with the root that they lead to. */
export const ESTATE_PARTNERS: readonly (readonly [label: string, root: string])[] = [
  ["Bank Alpha", "Bank Alpha Root CA"],
  ["Bank Beta", "Bank Beta Root CA"],
  ["Carrier North", "Carrier North Root CA"],
  ["Carrier South", "Carrier South Root CA"],
  ["Customs Office", "Customs Office Root"],
  ["Card Scheme", "Global Trust Root X1"],
  ["Tax Portal", "Global Trust Root X1"],
];
