/** The lines that give a shell a key, and the server and region that it is for. */
export const shellExports = (
  key: { readonly accessKeyId: string; readonly secretAccessKey: string },
  place?: { readonly endpoint: string; readonly region: string },
): readonly string[] => [
  `export AWS_ACCESS_KEY_ID=${key.accessKeyId}`,
  `export AWS_SECRET_ACCESS_KEY=${key.secretAccessKey}`,
  ...(place === undefined
    ? []
    : [
        // The AWS CLI and boto3 read the one, the other SDKs the other.
        `export AWS_REGION=${place.region} AWS_DEFAULT_REGION=${place.region}`,
        `export AWS_ENDPOINT_URL=${place.endpoint}`,
      ]),
];
