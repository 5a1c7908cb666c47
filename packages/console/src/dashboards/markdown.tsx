import { lexer, type Token, type Tokens } from "marked";
import { Fragment, type ReactNode } from "react";
import { keyed } from "../react-keys/keyed.ts";
import { visibleText } from "../result-table/visible-text.ts";
import "./markdown.css";

/** Text in Markdown as elements of the page. Markup of HTML in it is shown as the text that it is; pictures are links. */
export function Markdown({ text }: { readonly text: string }) {
  return <div className="markdown">{all(lexer(text))}</div>;
}

const all = (tokens: readonly Token[] | undefined): ReactNode =>
  keyed(tokens ?? [], ({ raw }) => raw).map(({ key, item }) => <Fragment key={key}>{one(item)}</Fragment>);

function isGeneric<T extends Token["type"]>(token: Token, type: T): token is Extract<Token, { type: T }> {
  return token.type === type;
}

function one(token: Token): ReactNode {
  if (isGeneric(token, "heading")) {
    const Tag = HEADINGS[token.depth - 1] ?? "h6";
    return <Tag>{all(token.tokens)}</Tag>;
  }
  if (isGeneric(token, "list")) {
    const items = keyed((token as Tokens.List).items, ({ raw }) => raw).map(({ key, item }) => (
      <li key={key}>{all(item.tokens)}</li>
    ));
    return (token as Tokens.List).ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
  }
  if (isGeneric(token, "table")) {
    const { header, rows } = token as Tokens.Table;
    return (
      <table>
        <thead>
          <tr>
            {keyed(header, ({ text }) => text).map(({ key, item }) => (
              <th key={key}>{all(item.tokens)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {keyed(rows, textOf).map(({ key, item }) => (
            <tr key={key}>
              {keyed(item, ({ text }) => text).map((cell) => (
                <td key={cell.key}>{all(cell.item.tokens)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    );
  }
  const text = "text" in token && typeof token.text === "string" ? token.text : token.raw;
  const tokens = "tokens" in token ? token.tokens : undefined;
  switch (token.type) {
    case "space":
    case "def":
      return null;
    case "hr":
      return <hr />;
    case "br":
      return <br />;
    case "paragraph":
      return <p>{all(tokens)}</p>;
    case "blockquote":
      return <blockquote>{all(tokens)}</blockquote>;
    case "code":
      return <pre>{visibleText(text)}</pre>;
    case "codespan":
      return <code>{visibleText(text)}</code>;
    case "strong":
      return <strong>{all(tokens)}</strong>;
    case "em":
      return <em>{all(tokens)}</em>;
    case "del":
      return <del>{all(tokens)}</del>;
    case "link":
    case "image":
      return (
        <SafeLink
          to={"href" in token ? String(token.href) : ""}
          text={token.raw}
          content={tokens === undefined ? visibleText(text) : all(tokens)}
        />
      );
    default:
      return tokens === undefined ? visibleText(text) : all(tokens);
  }
}

const textOf = (row: readonly Tokens.TableCell[]) => row.map(({ text }) => text).join("|");

const HEADINGS = ["h2", "h3", "h4", "h5", "h6"] as const;

/** Where a link may lead; what runs scripts is shown as it is written. CloudWatch's `[button:...]` are links in a frame. */
function SafeLink({ to, text, content }: { readonly to: string; readonly text: string; readonly content: ReactNode }) {
  const target = linkTarget(to);
  if (target === undefined) return visibleText(text);
  const button = /^\[button:(?:primary:)?([^\]]*)\]/.exec(text);
  return (
    <a
      href={target}
      rel="noreferrer noopener"
      className={button === null ? undefined : "markdown-button"}
      {...(target.startsWith("#") ? {} : { target: "_blank" })}
    >
      {button?.[1] === undefined ? content : visibleText(button[1])}
    </a>
  );
}

/** The address of a link, when it is one of the web, of mail or within the console; `#dashboards:name=X` of CloudWatch leads to that dashboard. */
export function linkTarget(to: string): string | undefined {
  const dashboard = /^#dashboards(?::name=|\/dashboard\/)([\w-]+)/.exec(to)?.[1];
  if (dashboard !== undefined) return `#/dashboards/${dashboard}`;
  return /^(https?:\/\/|mailto:|#)/i.test(to) ? to : undefined;
}
