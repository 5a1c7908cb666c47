export { LanguageError, type Span } from "./language-error.ts";
