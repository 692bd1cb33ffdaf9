/** The environment of a server whose files lie elsewhere. */
export const S3 = {
  S3_ENDPOINT: 'https://s3.example',
  S3_BUCKET: 'b',
  S3_REGION: 'r',
  S3_ACCESS_KEY_ID: 'a',
  S3_SECRET_ACCESS_KEY: 's',
};

export const BUNNY = {
  BUNNY_STORAGE_ZONE: 'z',
  BUNNY_STORAGE_KEY: 'k',
  BUNNY_PULL_ZONE: 'https://results.example',
  BUNNY_TOKEN_KEY: 't',
};

export const STREAM = {
  BUNNY_STREAM_LIBRARY: '1',
  BUNNY_STREAM_KEY: 'k',
  BUNNY_STREAM_READ_ONLY_KEY: 'r',
  BUNNY_STREAM_PULL_ZONE: 'https://originals.example',
  BUNNY_STREAM_TOKEN_KEY: 't',
};
