/** How the tests start a browser: Debian's own, without the calls home that a closed network refuses. */
export const CHROMIUM = {
  executablePath: process.env['OCTAVIA_CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--enable-unsafe-webgpu',
  ],
};
