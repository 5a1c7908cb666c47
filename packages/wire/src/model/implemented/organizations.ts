export const organizations = [
  "CreateAccount",
  "DescribeAccount",
  "DescribeCreateAccountStatus",
  "DescribeOrganization",
  "ListAccounts",
  "ListCreateAccountStatus",
] as const;
