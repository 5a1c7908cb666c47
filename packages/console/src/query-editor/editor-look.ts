import {
  borderRadiusInput,
  colorBackgroundContainerContent,
  colorBackgroundDropdownItemDefault,
  colorBackgroundDropdownItemHover,
  colorBorderDividerDefault,
  colorBorderInputDefault,
  colorBorderInputFocused,
  colorTextBodyDefault,
  colorTextBodySecondary,
  colorTextDropdownItemHighlighted,
  colorTextStatusError,
  fontFamilyMonospace,
} from "@cloudscape-design/design-tokens";
import { EditorView } from "@codemirror/view";

/** Colours of words, in light and in dark; each has a contrast of 4.5 : 1 or more with the ground of its mode. */
const word = (light: string, dark: string) => ({ color: `light-dark(${light}, ${dark})` });

/** The editor in the design of the pages around it. Tokens are variables of the page, so light and dark follow by themselves. */
export const editorLook = EditorView.theme({
  "&": {
    color: colorTextBodyDefault,
    backgroundColor: colorBackgroundContainerContent,
    border: `1px solid ${colorBorderInputDefault}`,
    borderRadius: borderRadiusInput,
    fontSize: "13px",
  },
  "&.cm-focused": {
    outline: `2px solid ${colorBorderInputFocused}`,
    outlineOffset: "-1px",
    borderColor: colorBorderInputFocused,
  },
  ".cm-scroller": {
    fontFamily: fontFamilyMonospace,
    lineHeight: "20px",
    minHeight: "112px",
    maxHeight: "40vh",
    overflow: "auto",
  },
  ".cm-content": { padding: "6px 0", caretColor: colorTextBodyDefault },
  ".cm-gutters": {
    backgroundColor: "transparent",
    color: colorTextBodySecondary,
    border: "none",
  },
  ".cm-placeholder": { color: colorTextBodySecondary },
  ".cm-matchingBracket": { outline: `1px solid ${colorBorderInputFocused}`, backgroundColor: "transparent !important" },
  ".cm-tooltip": {
    backgroundColor: colorBackgroundDropdownItemDefault,
    color: colorTextBodyDefault,
    border: `1px solid ${colorBorderDividerDefault}`,
    borderRadius: "8px",
    boxShadow: "0 4px 20px 1px light-dark(rgba(0, 7, 22, 0.1), rgba(0, 4, 12, 0.8))",
    maxWidth: "min(520px, 90vw)",
    zIndex: "2000",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    borderRadius: "8px",
    fontFamily: fontFamilyMonospace,
    fontSize: "13px",
    maxHeight: "16em",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 10px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    background: colorBackgroundDropdownItemHover,
    color: colorTextDropdownItemHighlighted,
  },
  ".cm-completionInfo": {
    whiteSpace: "pre-line",
    padding: "8px 12px",
    maxWidth: "360px",
    fontSize: "13px",
    overflow: "hidden",
  },
  ".query-help": { padding: "8px 12px", fontSize: "13px" },
  ".query-help code": { fontFamily: fontFamilyMonospace },
  ".query-help p": { margin: "4px 0 0" },
  ".cm-diagnostic": { padding: "8px 12px", borderLeft: `3px solid ${colorTextStatusError}`, fontSize: "13px" },
  // The mark of CodeMirror is a picture in the style, which the content policy of the page would refuse.
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: `underline wavy ${colorTextStatusError}`,
    textUnderlineOffset: "3px",
    textDecorationSkipInk: "none",
  },
  ".query-command": { ...word("#0033a0", "#89bdee"), fontWeight: "700" },
  ".query-function": word("#7d3c98", "#d2a8ff"),
  ".query-keyword": word("#0b5ea8", "#7fc8ff"),
  ".query-field": word("#0f5132", "#7ee0a6"),
  ".query-string": word("#9a3412", "#f5b27a"),
  ".query-regex": word("#9d174d", "#ff9db8"),
  ".query-number": word("#8a4b00", "#f0c674"),
  ".query-comment": { ...word("#5f6b7a", "#a4adba"), fontStyle: "italic" },
  ".query-error": { color: colorTextStatusError },
});
