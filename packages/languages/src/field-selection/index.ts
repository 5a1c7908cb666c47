export {
  compileFieldSelection,
  FieldSelectionError,
  MAX_SELECTION_LENGTH,
  type SystemFields,
} from "./field-selection.ts";
