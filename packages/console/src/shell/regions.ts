/** Names of AWS's regions, each of which is a space of its own here; any of them can be used without being set up. */
const REGIONS = [
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
  "af-south-1",
  "ap-east-1",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ca-central-1",
  "eu-central-1",
  "eu-north-1",
  "eu-south-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "me-south-1",
  "sa-east-1",
];

/** The regions to choose from, the server's own first. */
export const regionsFrom = (first: string): readonly string[] => [first, ...REGIONS.filter((name) => name !== first)];
