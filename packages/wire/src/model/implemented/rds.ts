export const rds = [
  "AddTagsToResource",
  "CreateDBInstance",
  "DeleteDBInstance",
  "DescribeDBInstances",
  "DescribeDBLogFiles",
  "ListTagsForResource",
  "ModifyDBInstance",
  "RebootDBInstance",
  "RemoveTagsFromResource",
] as const;
