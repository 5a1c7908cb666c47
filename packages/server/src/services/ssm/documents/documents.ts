/**
 * The documents that hosts know how to carry out. They are AWS's, with AWS's parameters; what a host does for them is in the agent.
 */
export interface CommandDocument {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, DocumentParameter>>;
  /** Name of the document's one step, as results show it. */
  readonly plugin: string;
  readonly action: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch: of this project's release that brought it. */
  readonly createdAt: number;
}

export interface DocumentParameter {
  readonly type: "String" | "StringList";
  readonly description: string;
  /** Absent: the parameter must be given. */
  readonly default?: string | readonly string[];
  readonly allowedValues?: readonly string[];
  /** Matches the whole value. */
  readonly allowedPattern?: string;
}

const CREATED = Date.parse("2026-11-21T00:00:00Z");

export const DOCUMENTS: readonly CommandDocument[] = [
  {
    name: "AWS-ConfigureAWSPackage",
    version: "1",
    description: "Install or uninstall the latest version or specified version of an AWS package.",
    plugin: "configurePackage",
    action: "aws:configurePackage",
    createdAt: CREATED,
    parameters: {
      action: {
        type: "String",
        description: "(Required) Specify whether or not to install or uninstall the package.",
        allowedValues: ["Install", "Uninstall"],
      },
      installationType: {
        type: "String",
        description: "(Optional) Specify the type of installation.",
        allowedValues: ["Uninstall and reinstall", "In-place update"],
        default: "Uninstall and reinstall",
      },
      name: {
        type: "String",
        description: "(Required) The package to install/uninstall.",
        allowedPattern:
          "^arn:[a-z0-9][-.a-z0-9]{0,62}:[a-z0-9][-.a-z0-9]{0,62}:([a-z0-9][-.a-z0-9]{0,62})?:([a-z0-9][-.a-z0-9]{0,62})?:package\\/[a-zA-Z][a-zA-Z0-9\\-_]{0,39}$|^[a-zA-Z][a-zA-Z0-9\\-_]{0,39}$|^arn:[a-z0-9][-.a-z0-9]{0,62}:[a-z0-9][-.a-z0-9]{0,62}:([a-z0-9][-.a-z0-9]{0,62})?:([a-z0-9][-.a-z0-9]{0,62})?:document\\/[a-zA-Z0-9_.\\-]{3,128}$",
      },
      version: {
        type: "String",
        description: "(Optional) The version of the package to install or uninstall. The latest when it is left out.",
        allowedPattern: "(?:^$|^[a-zA-Z0-9_.\\-+]{1,128}$)",
        default: "",
      },
      additionalArguments: {
        type: "String",
        description:
          "(Optional) The additional parameters to provide to your install, uninstall, or update scripts, as JSON.",
        default: "{}",
      },
    },
    inputs: {
      name: "{{ name }}",
      version: "{{ version }}",
      action: "{{ action }}",
      installationType: "{{ installationType }}",
      additionalArguments: "{{ additionalArguments }}",
    },
  },
  {
    name: "AmazonCloudWatch-ManageAgent",
    version: "1",
    description: "Send commands to Amazon CloudWatch Agent",
    plugin: "ControlCloudWatchAgentLinux",
    action: "aws:runShellScript",
    createdAt: CREATED,
    parameters: {
      action: {
        type: "String",
        description: "The action CloudWatch Agent should take.",
        allowedValues: ["configure", "configure (append)", "configure (remove)", "start", "status", "stop"],
        default: "configure",
      },
      mode: {
        type: "String",
        description: "Controls platform-specific default behavior such as whether to include EC2 Metadata in metrics.",
        allowedValues: ["ec2", "onPremise", "auto"],
        default: "ec2",
      },
      optionalConfigurationSource: {
        type: "String",
        description:
          "Only for 'configure' related actions. Use 'ssm' to apply an ssm parameter as config. Use 'default' to apply default config for amazon-cloudwatch-agent. Use 'all' with 'configure (remove)' to clean all configs for amazon-cloudwatch-agent.",
        allowedValues: ["ssm", "default", "all"],
        default: "ssm",
      },
      optionalConfigurationLocation: {
        type: "String",
        description:
          "Only for 'configure' related actions. Only needed when Optional Configuration Source is set to 'ssm'. The value should be a ssm parameter name.",
        allowedPattern: '[a-zA-Z0-9-"~:_@./^(*)!<>?=+]*$',
        default: "",
      },
      optionalRestart: {
        type: "String",
        description:
          "Only for 'configure' related actions. If 'yes', restarts the agent to use the new configuration. Otherwise the new config will only apply on the next agent restart.",
        allowedValues: ["yes", "no"],
        default: "yes",
      },
    },
    inputs: {
      action: "{{ action }}",
      mode: "{{ mode }}",
      optionalConfigurationSource: "{{ optionalConfigurationSource }}",
      optionalConfigurationLocation: "{{ optionalConfigurationLocation }}",
      optionalRestart: "{{ optionalRestart }}",
    },
  },
  {
    name: "AWS-RunShellScript",
    version: "1",
    description: "Run a shell script or specify the commands to run.",
    plugin: "aws:runShellScript",
    action: "aws:runShellScript",
    createdAt: CREATED,
    parameters: {
      commands: {
        type: "StringList",
        description: "(Required) Specify a shell script or a command to run.",
      },
      workingDirectory: {
        type: "String",
        description: "(Optional) The path to the working directory on your instance.",
        default: "",
      },
      executionTimeout: {
        type: "String",
        description:
          "(Optional) The time in seconds for a command to complete before it is considered to have failed. Default is 3600 (1 hour). Maximum is 172800 (48 hours).",
        allowedPattern: "([1-9][0-9]{0,4})|(1[0-6][0-9]{4})|(17[0-1][0-9]{3})|(172[0-7][0-9]{2})|(172800)",
        default: "3600",
      },
    },
    inputs: {
      timeoutSeconds: "{{ executionTimeout }}",
      workingDirectory: "{{ workingDirectory }}",
      runCommand: "{{ commands }}",
    },
  },
];

/** By its name or its ARN; undefined for a document that is not there. */
export const findDocument = (name: string): CommandDocument | undefined => {
  const plain = name.replace(/^arn:aws[a-z-]*:ssm:[a-z0-9-]*:\d{0,12}:document\//, "");
  return DOCUMENTS.find((document) => document.name === plain);
};

/** The document as AWS writes it (Systems Manager user guide, "Schemas, features, and examples", version 2.2). */
export const contentOf = ({ description, parameters, plugin, action, inputs }: CommandDocument): object => ({
  schemaVersion: "2.2",
  description,
  parameters,
  mainSteps: [{ action, name: plugin.replace(/^aws:/, ""), inputs }],
});
