/** The port by which services learn where a bucket is, before they write into it by its own API. S3 answers. */
export interface Buckets {
  /** Undefined when there is no such bucket. */
  regionOf(bucket: string): string | undefined;
}
