export { type AlarmRuleVerdict, type Explanation, evaluateAlarmRule, type StateOf } from "./evaluate.ts";
export {
  type AlarmReference,
  type AlarmRule,
  AlarmRuleError,
  type AlarmRuleNode,
  type AlarmState,
  type AtLeastNode,
} from "./nodes.ts";
export {
  alarmReference,
  MAX_ALARM_RULE_CHILDREN,
  MAX_ALARM_RULE_ELEMENTS,
  MAX_ALARM_RULE_LENGTH,
  parseAlarmRule,
} from "./parse.ts";
