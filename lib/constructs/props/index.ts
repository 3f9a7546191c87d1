export * from "./nouns";
export {
  type OptionalProp,
  type Prop,
  type PropShapes,
  isKnownLater,
  leaf,
  object,
  requireArgument,
  requireProps,
} from "./prop";
export * from "./values";
