import { Component, type ReactNode } from "react";
import { Failure } from "./failure.tsx";

/** A page that breaks says so in its place; the rest of the console goes on. */
export class PageBoundary extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    return error === undefined ? this.props.children : <Failure error={error} retry={() => window.location.reload()} />;
  }
}
