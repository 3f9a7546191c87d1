/** The environment that needs no preparation: what it keeps stays under `.local/`, git-ignored. */
export const LOCAL_ENVIRONMENT = "local";
