/** What is believed of a name before this site has seen it. */
export interface NamePrior {
  /** Expected share of independent visitors' ticks. */
  readonly share: number;
  /** Shape of the gamma distribution of that share over sites: 1 / (coefficient of variation)^2. */
  readonly shape: number;
}
const SOME: Record<string, number> = {
  root: 0.25,
  admin: 0.06,
  test: 0.03,
  user: 0.02,
  ubuntu: 0.02,
  oracle: 0.015,
  postgres: 0.015,
  guest: 0.01,
  pi: 0.01,
  git: 0.01,
  ftp: 0.008,
  support: 0.008,
  mysql: 0.007,
  nagios: 0.006,
  hadoop: 0.006,
  deploy: 0.006,
  ftpuser: 0.006,
  www: 0.004,
  info: 0.004,
  tomcat: 0.004,
  jenkins: 0.004,
  operator: 0.003,
  backup: 0.003,
  student: 0.003,
  administrator: 0.005,
  debian: 0.003,
  centos: 0.003,
  minecraft: 0.003,
  server: 0.002,
};
export function priorOf(name: string): NamePrior {
  const share = SOME[name];
  return share === undefined ? { share: 2e-4, shape: 0.3 } : { share, shape: 0.7 };
}
