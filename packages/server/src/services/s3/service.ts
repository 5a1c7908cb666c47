import { loadModel, type Service, service } from "@nephoscope/wire";
import { getBucketAcl, getObjectAcl, putBucketAcl, putObjectAcl } from "./access/acl-operations.ts";
import {
  deleteBucketOwnershipControls,
  getBucketOwnershipControls,
  putBucketOwnershipControls,
} from "./access/ownership.ts";
import {
  deleteBucketPolicy,
  getBucketPolicy,
  getBucketPolicyStatus,
  putBucketPolicy,
} from "./access/policy-operations.ts";
import { deletePublicAccessBlock, getPublicAccessBlock, putPublicAccessBlock } from "./access/public-access.ts";
import {
  getBucketAccelerateConfiguration,
  getBucketReplication,
  getBucketRequestPayment,
  getBucketWebsite,
  getObjectLockConfiguration,
} from "./buckets/absent-configurations.ts";
import { createBucket, deleteBucket, getBucketLocation, headBucket } from "./buckets/create-bucket.ts";
import { listBuckets } from "./buckets/list-buckets.ts";
import { deleteBucketTagging, getBucketTagging, putBucketTagging } from "./buckets/tagging.ts";
import { getBucketVersioning, putBucketVersioning } from "./buckets/versioning.ts";
import { deleteBucketCors, getBucketCors, putBucketCors } from "./cors/cors-operations.ts";
import { deleteBucketEncryption, getBucketEncryption, putBucketEncryption } from "./encryption/bucket-encryption.ts";
import {
  getBucketNotificationConfiguration,
  putBucketNotificationConfiguration,
} from "./events/notification-operations.ts";
import {
  deleteBucketLifecycle,
  getBucketLifecycleConfiguration,
  putBucketLifecycleConfiguration,
} from "./lifecycle/lifecycle-operations.ts";
import { getBucketLogging, putBucketLogging } from "./logging/logging-operations.ts";
import { completeMultipartUpload } from "./multipart/complete-upload.ts";
import { abortMultipartUpload, createMultipartUpload } from "./multipart/create-upload.ts";
import { listMultipartUploads, listParts } from "./multipart/list-parts.ts";
import { uploadPart, uploadPartCopy } from "./multipart/upload-part.ts";
import { copyObject } from "./objects/copy-object.ts";
import { deleteObject, deleteObjects } from "./objects/delete-objects.ts";
import { getObject, headObject } from "./objects/get-object.ts";
import { listObjects, listObjectsV2 } from "./objects/list-objects.ts";
import { listObjectVersions } from "./objects/list-versions.ts";
import { getObjectAttributes } from "./objects/object-attributes.ts";
import { putObject } from "./objects/put-object.ts";
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from "./objects/tagging.ts";
import type { S3Deps, S3Sdk } from "./operation.ts";

/** S3: its operations, by their names at the API. The model's others are answered with NotImplemented. */
export function s3Service(deps: S3Deps): Service {
  return service<S3Sdk, S3Deps>(loadModel("s3"))(
    {
      AbortMultipartUpload: abortMultipartUpload,
      CompleteMultipartUpload: completeMultipartUpload,
      CopyObject: copyObject,
      CreateBucket: createBucket,
      CreateMultipartUpload: createMultipartUpload,
      DeleteBucket: deleteBucket,
      DeleteBucketCors: deleteBucketCors,
      DeleteBucketEncryption: deleteBucketEncryption,
      DeleteBucketLifecycle: deleteBucketLifecycle,
      DeleteBucketOwnershipControls: deleteBucketOwnershipControls,
      DeleteBucketPolicy: deleteBucketPolicy,
      DeleteBucketTagging: deleteBucketTagging,
      DeleteObject: deleteObject,
      DeleteObjectTagging: deleteObjectTagging,
      DeleteObjects: deleteObjects,
      DeletePublicAccessBlock: deletePublicAccessBlock,
      GetBucketAccelerateConfiguration: getBucketAccelerateConfiguration,
      GetBucketReplication: getBucketReplication,
      GetBucketRequestPayment: getBucketRequestPayment,
      GetBucketWebsite: getBucketWebsite,
      GetObjectAttributes: getObjectAttributes,
      GetObjectLockConfiguration: getObjectLockConfiguration,
      GetBucketAcl: getBucketAcl,
      GetBucketCors: getBucketCors,
      GetBucketEncryption: getBucketEncryption,
      GetBucketLifecycleConfiguration: getBucketLifecycleConfiguration,
      GetBucketLocation: getBucketLocation,
      GetBucketLogging: getBucketLogging,
      GetBucketNotificationConfiguration: getBucketNotificationConfiguration,
      GetBucketOwnershipControls: getBucketOwnershipControls,
      GetBucketPolicy: getBucketPolicy,
      GetBucketPolicyStatus: getBucketPolicyStatus,
      GetBucketTagging: getBucketTagging,
      GetBucketVersioning: getBucketVersioning,
      GetObject: getObject,
      GetObjectAcl: getObjectAcl,
      GetObjectTagging: getObjectTagging,
      GetPublicAccessBlock: getPublicAccessBlock,
      HeadBucket: headBucket,
      HeadObject: headObject,
      ListBuckets: listBuckets,
      ListMultipartUploads: listMultipartUploads,
      ListObjectVersions: listObjectVersions,
      ListObjects: listObjects,
      ListObjectsV2: listObjectsV2,
      ListParts: listParts,
      PutBucketAcl: putBucketAcl,
      PutBucketCors: putBucketCors,
      PutBucketEncryption: putBucketEncryption,
      PutBucketLifecycleConfiguration: putBucketLifecycleConfiguration,
      PutBucketLogging: putBucketLogging,
      PutBucketNotificationConfiguration: putBucketNotificationConfiguration,
      PutBucketOwnershipControls: putBucketOwnershipControls,
      PutBucketPolicy: putBucketPolicy,
      PutBucketTagging: putBucketTagging,
      PutBucketVersioning: putBucketVersioning,
      PutObject: putObject,
      PutObjectAcl: putObjectAcl,
      PutObjectTagging: putObjectTagging,
      PutPublicAccessBlock: putPublicAccessBlock,
      UploadPart: uploadPart,
      UploadPartCopy: uploadPartCopy,
    },
    deps,
  );
}
