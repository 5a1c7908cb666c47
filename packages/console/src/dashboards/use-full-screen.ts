import { useEffect } from "react";
import { setQuery } from "../shell/navigate.ts";

/**
 * The page's own part over everything else, and the browser's full screen where it allows it. The address holds it, so that a link
 * can open a screen on the wall. Escape leaves it.
 */
export function useFullScreen(on: boolean) {
  useEffect(() => {
    if (!on) return;
    let entered = document.fullscreenElement !== null;
    const changed = () => {
      if (document.fullscreenElement !== null) entered = true;
      else if (entered) setQuery({ full: undefined });
    };
    const press = (event: KeyboardEvent) => {
      if (event.key === "Escape" && document.fullscreenElement === null && !event.defaultPrevented)
        setQuery({ full: undefined });
    };
    document.addEventListener("fullscreenchange", changed);
    document.addEventListener("keydown", press);
    return () => {
      document.removeEventListener("fullscreenchange", changed);
      document.removeEventListener("keydown", press);
    };
  }, [on]);
  return {
    on,
    enter: () => {
      setQuery({ full: true });
      document.documentElement.requestFullscreen().catch(() => {
        // A browser may not allow it: then the dashboard fills the window.
      });
    },
    leave: () => {
      setQuery({ full: undefined });
      if (document.fullscreenElement !== null) void document.exitFullscreen();
    },
  };
}
