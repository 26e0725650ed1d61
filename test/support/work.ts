/** Seconds of this process's own work: a machine that others keep busy makes nothing of ours slower in it. */
export function workSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
