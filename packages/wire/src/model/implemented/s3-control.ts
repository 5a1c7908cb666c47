export const s3Control = ["DeletePublicAccessBlock", "GetPublicAccessBlock", "PutPublicAccessBlock"] as const;
