import { type Day, officeHours } from "./day.ts";
import type { Dice } from "./dice.ts";
import { ACCOUNT, APP, BASTION, DATABASE, type Host, IDLE, strangers, visitors, WEB } from "./fleet.ts";
import type { SampleEvent, Source } from "./source.ts";

/** The longest aggregation interval that AWS offers. */
const WINDOW = 10 * 60_000;
const TCP = 6;
const UDP = 17;
const KNOCKED_PORTS = [22, 23, 3389, 445, 8080, 5900, 1433, 6379, 3306, 25];

interface Flow {
  readonly from: string;
  readonly to: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly protocol: number;
  readonly packets: number;
  readonly bytes: number;
  readonly action: "ACCEPT" | "REJECT";
}

/** VPC flow records in the default format (version 2), one stream per network interface. */
export const vpcFlow: Source = {
  name: "VPC flow records",
  group: "VPCFlowLogGroup",
  share: 35,
  *generate(day, dice, count) {
    const clients = visitors(dice, 1500);
    const knockers = strangers(dice, 60);
    const windows = Math.ceil((day.end - day.start) / WINDOW);
    let due = 0;
    let written = 0;
    for (let window = 0; window < windows; window++) {
      const start = day.start + window * WINDOW;
      due += (count / windows) * officeHours(start);
      for (const event of fixedFlows(day, dice, start)) {
        yield event;
        written++;
      }
      while (written < due) {
        const [host, flow] = someFlow(dice, clients, knockers);
        const span = someSpan(dice, start);
        // Both directions of an accepted connection are recorded.
        yield record(day, span, host, flow);
        written++;
        if (flow.action === "ACCEPT") {
          yield record(day, span, host, answerTo(flow, dice));
          written++;
        }
      }
    }
  },
};

/** What every window has: the idle interface, and a script that looks for the database on a wrong port. */
function* fixedFlows(day: Day, dice: Dice, start: number): Generator<SampleEvent> {
  const [first, second] = [Math.floor(start / 1000), Math.floor(Math.min(start + WINDOW, day.end) / 1000)];
  yield {
    stream: `${IDLE.eni}-all`,
    timestamp: start,
    message: `2 ${ACCOUNT} ${IDLE.eni} - - - - - - - ${first} ${second} - NODATA`,
  };
  const [, script] = APP;
  if (script === undefined) return;
  const call = { from: script.address, to: DATABASE.address, protocol: TCP, fromPort: dice.between(32768, 60999) };
  yield record(day, someSpan(dice, start), DATABASE, {
    ...call,
    toPort: 4306,
    packets: dice.between(1, 3),
    bytes: 60,
    action: "REJECT",
  });
}

function someFlow(dice: Dice, clients: readonly string[], knockers: readonly string[]): [Host, Flow] {
  const fromPort = dice.between(1024, 65535);
  return dice.pickWeighted<() => [Host, Flow]>([
    [
      40,
      () => {
        const web = dice.pick(WEB);
        const packets = Math.ceil(dice.longTailed(12));
        return [
          web,
          {
            from: dice.pickSkewed(clients, 2),
            to: web.address,
            fromPort,
            toPort: dice.chance(0.9) ? 443 : 80,
            protocol: TCP,
            packets,
            bytes: packets * 92,
            action: "ACCEPT",
          },
        ];
      },
    ],
    [
      18,
      () => {
        const [web, app] = [dice.pick(WEB), dice.pick(APP)];
        const packets = Math.ceil(dice.longTailed(30));
        return [
          web,
          {
            from: web.address,
            to: app.address,
            fromPort,
            toPort: 8080,
            protocol: TCP,
            packets,
            bytes: packets * 310,
            action: "ACCEPT",
          },
        ];
      },
    ],
    [
      14,
      () => {
        const app = dice.pick(APP);
        const packets = Math.ceil(dice.longTailed(45));
        return [
          DATABASE,
          {
            from: app.address,
            to: DATABASE.address,
            fromPort,
            toPort: 3306,
            protocol: TCP,
            packets,
            bytes: packets * 180,
            action: "ACCEPT",
          },
        ];
      },
    ],
    [
      8,
      () => {
        const host = dice.pick([...WEB, ...APP, BASTION]);
        return [
          host,
          {
            from: host.address,
            to: "10.0.0.53",
            fromPort,
            toPort: 53,
            protocol: UDP,
            packets: 1,
            bytes: dice.between(60, 84),
            action: "ACCEPT",
          },
        ];
      },
    ],
    [
      20,
      () => {
        const host = dice.pick([BASTION, ...WEB]);
        const packets = dice.between(1, 3);
        return [
          host,
          {
            from: dice.pickSkewed(knockers, 3),
            to: host.address,
            fromPort,
            toPort: dice.pickSkewed(KNOCKED_PORTS, 2),
            protocol: TCP,
            packets,
            bytes: packets * 40,
            action: "REJECT",
          },
        ];
      },
    ],
  ])();
}

function answerTo(flow: Flow, dice: Dice): Flow {
  const packets = Math.max(1, Math.round(flow.packets * (0.8 + dice.fraction())));
  const perPacket = flow.protocol === UDP ? 130 : dice.pick([420, 860, 1240]);
  return {
    ...flow,
    from: flow.to,
    to: flow.from,
    fromPort: flow.toPort,
    toPort: flow.fromPort,
    packets,
    bytes: packets * perPacket,
  };
}

/** First and last second of a connection inside a window. */
function someSpan(dice: Dice, window: number): readonly [first: number, last: number] {
  const first = Math.ceil(window / 1000) + dice.between(0, 540);
  return [first, first + dice.between(1, 59)];
}

function record(day: Day, [first, last]: readonly [number, number], host: Host, flow: Flow): SampleEvent {
  const { from, to, fromPort, toPort, protocol, packets, bytes, action } = flow;
  return {
    stream: `${host.eni}-all`,
    timestamp: Math.min(first * 1000, day.end - 1),
    message: `2 ${ACCOUNT} ${host.eni} ${from} ${to} ${fromPort} ${toPort} ${protocol} ${packets} ${bytes} ${first} ${last} ${action} OK`,
  };
}
