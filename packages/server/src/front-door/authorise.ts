import { type Call, type Service, WireFailure } from "@nephoscope/wire";
import type { Authority } from "../platform/access/authority.ts";
import { requireDeclarations, type ServiceAccess } from "../platform/access/need.ts";
import { questionOf } from "../platform/access/question.ts";
import { type SealDenial, withEncodedDenial } from "./encoded-denial.ts";

/** A service with the table that says what each of its operations needs. */
export interface GuardedService {
  readonly service: Service;
  readonly access: ServiceAccess;
}

/**
 * Decides on every call before its operation runs. Throws at once, and so keeps the server from starting, when an
 * operation has no declaration.
 */
export function createAuthorise(
  services: readonly GuardedService[],
  authority: Authority,
  seal: SealDenial,
): (call: Call, input: unknown) => void {
  const tables = new Map<string, ServiceAccess>();
  for (const { service, access } of services) {
    requireDeclarations(service.model.name, service.implemented, access);
    tables.set(service.model.name, access);
  }
  return (call, input) => {
    const access = tables.get(call.service);
    // No call comes of a service that is not in the list; if one did, it must not pass.
    if (access === undefined || !access.operations.has(call.operation)) {
      throw call.error("AccessDeniedException", `Nothing says what ${call.service}:${call.operation} needs.`);
    }
    const needs = access.needs(call.operation, input, call);
    if (needs === undefined) return;
    // A declaration that names nothing for some input would let it in unasked.
    if (needs.length === 0) {
      throw call.error("AccessDeniedException", `${call.operation} names nothing that it could be allowed for.`);
    }
    for (const need of needs) {
      const question = questionOf(call, need, access);
      const answer = authority.ask(question);
      if (answer.allowed) continue;
      const encodes = access.encodesDenials === true;
      throw denied(call, access, encodes ? withEncodedDenial(seal, call, question, answer) : answer.message);
    }
  };
}

function denied(call: Call, { deniedBy }: ServiceAccess, message: string): Error {
  if (deniedBy === undefined) return call.error("AccessDeniedException", message);
  return new WireFailure(deniedBy, message, { status: 403 });
}
