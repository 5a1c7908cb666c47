export { LanguageError } from "./language-error.ts";
