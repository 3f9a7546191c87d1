export { runCheck } from "./runCheck";
