import TopNavigation from "@cloudscape-design/components/top-navigation";
import { currentRegion, type Session, setRegion } from "../api/session.ts";
import { signOut } from "../sign-in/sign-in-calls.ts";
import { keepZone, keptZone, useZone } from "../time/zone.ts";
import { keepLook, keptLook, type Look, useDark } from "./look.ts";
import { regionsFrom } from "./regions.ts";

/** Region, zone, look, and who is signed in. */
export function TopBar({ session }: { readonly session: Session }) {
  const zone = useZone();
  useDark();
  const tick = (chosen: boolean) => (chosen ? ({ iconName: "check" } as const) : {});
  return (
    <TopNavigation
      identity={{ href: "#/", title: "Nephoscope" }}
      i18nStrings={{ overflowMenuTriggerText: "More", overflowMenuTitleText: "All" }}
      utilities={[
        {
          type: "menu-dropdown",
          text: currentRegion(),
          ariaLabel: `Region: ${currentRegion()}`,
          items: regionsFrom(session.region).map((name) => ({
            id: name,
            text: name,
            ...tick(name === currentRegion()),
          })),
          onItemClick: ({ detail }) => setRegion(detail.id),
        },
        {
          type: "menu-dropdown",
          text: keptZone() === "local" ? "Local time" : zone,
          ariaLabel: `Time zone: ${keptZone() === "local" ? "Local time" : zone}`,
          iconName: "calendar",
          items: [
            {
              id: "local",
              text: `Local time (${Intl.DateTimeFormat().resolvedOptions().timeZone})`,
              ...tick(keptZone() === "local"),
            },
            ...ZONES.map((name) => ({ id: name, text: name, ...tick(keptZone() === name) })),
          ],
          onItemClick: ({ detail }) => keepZone(detail.id),
        },
        {
          type: "menu-dropdown",
          ariaLabel: "Look",
          iconName: "settings",
          title: "Look",
          items: LOOKS.map(({ id, text }) => ({ id, text, ...tick(keptLook() === id) })),
          onItemClick: ({ detail }) => {
            const look = LOOKS.find(({ id }) => id === detail.id);
            if (look !== undefined) keepLook(look.id);
          },
        },
        {
          type: "menu-dropdown",
          text: session.user,
          description: `Account ${session.account}`,
          iconName: "user-profile",
          items: [{ id: "sign-out", text: "Sign out" }],
          onItemClick: () => void signOut(),
        },
      ]}
    />
  );
}

const LOOKS: readonly { readonly id: Look; readonly text: string }[] = [
  { id: "system", text: "As the system" },
  { id: "light", text: "Light" },
  { id: "dark", text: "Dark" },
];

/** Zones to pick from: UTC, and one of each region in which many servers stand. */
const ZONES = [
  "UTC",
  "America/Los_Angeles",
  "America/New_York",
  "America/Sao_Paulo",
  "Europe/London",
  "Europe/Berlin",
  "Asia/Kolkata",
  "Asia/Singapore",
  "Asia/Tokyo",
  "Australia/Sydney",
];
