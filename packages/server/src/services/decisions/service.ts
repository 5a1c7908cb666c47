import type { Engine } from "@nephoscope/engine";
import { modelFromSnapshot, type Service, service, WireFailure } from "@nephoscope/wire";
import { type ServiceAccess, serviceAccess } from "../../platform/access/need.ts";
import { type DecisionsApi, decisionsSnapshot } from "./model.ts";

export interface DecisionsDeps {
  readonly engine: Engine;
}

/** Why calls were allowed or denied, from their records. Each account sees its own callers' calls. */
export function startDecisions(deps: DecisionsDeps): { readonly service: Service; readonly access: ServiceAccess } {
  return {
    service: service<DecisionsApi, DecisionsDeps>(modelFromSnapshot(decisionsSnapshot), { requireAll: true })(
      { ExplainDecision: ({ RequestId }, call) => explain(deps, call.account, RequestId) },
      deps,
    ),
    access: serviceAccess<DecisionsApi>({
      ExplainDecision: () => ({ action: "nephoscope:ExplainDecision", resource: "*" }),
    }),
  };
}

type Row = [
  time: string,
  source: string,
  operation: string,
  principal: string,
  key: string,
  address: string,
  code: string,
  message: string,
  rulings: string,
];

async function explain({ engine }: DecisionsDeps, account: string, requestId: string) {
  const [row] = await engine.client.rows<Row>({
    sql: `SELECT formatDateTime(event_time, '%FT%TZ', 'UTC'), event_source, event_name, principal_arn, access_key_id, source_ip,
            error_code, error_message, authorization
          FROM calls WHERE account = {account:String} AND request_id = {requestId:String} LIMIT 1`,
    params: { account, requestId },
  });
  if (row === undefined) {
    throw new WireFailure(
      "ResourceNotFoundException",
      `No call of this account has the request id ${requestId}. Records of calls are kept for 90 days, and of callers who proved nothing only some.`,
    );
  }
  const [Time, Service, Operation, PrincipalArn, AccessKeyId, SourceIp, code, message, rulings] = row;
  const parsed: object = rulings === "" ? [] : JSON.parse(rulings);
  return {
    Time,
    Service,
    Operation,
    PrincipalArn,
    AccessKeyId,
    SourceIp,
    ...(code !== "" && { ErrorCode: code, ErrorMessage: message }),
    Rulings: parsed,
  };
}
