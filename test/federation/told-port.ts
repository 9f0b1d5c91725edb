import { channel } from "node:diagnostics_channel";
import type { Server } from "node:http";

// The command line tells the port that it was given, which is 0 here: any free one.
channel("tracing:net.server.listen:asyncEnd").subscribe((message) => {
  const address = (message as { readonly server: Server }).server.address();
  if (typeof address === "object" && address !== null) process.stdout.write(`port ${address.port}\n`);
});

// Whoever started it is gone, however that came about.
process.stdin.on("end", () => process.exit()).resume();
