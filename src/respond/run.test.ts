import { describe, expect, it } from 'vitest';
import { realRun, runTrouble } from './run.ts';

const node = (script: string) => [process.execPath, '-e', script];

describe('a program', () => {
  it('gets its arguments and its input as they are, and says what it says', async () => {
    const script = 'process.stdin.on("data", (d) => process.stdout.write(process.argv[1] + d))';
    const hostile = '$(touch /tmp/x); `id` "quoted" \'\n';
    const result = await realRun([...node(script), hostile], { input: hostile });
    expect(result).toEqual({ status: 0, stdout: hostile + hostile, stderr: '', trouble: null });
  });

  it('gets nothing of the environment but a path and a locale', async () => {
    const { stdout } = await realRun(node('console.log(Object.keys(process.env).sort().join())'));
    expect(stdout.trim()).toBe('LC_ALL,PATH');
  });

  it('that takes too long is killed, with what it has started', async () => {
    const script =
      'require("child_process").spawn("sleep", ["1000"], { stdio: "inherit" }); setInterval(() => {}, 1e6)';
    const result = await realRun(node(script), { timeoutSeconds: 0.5 });
    expect(result.trouble).toBe('too-slow');
    expect(runTrouble(['nft'], result, 'Mend it.')).toMatchObject({
      code: 'firewall-failed',
      message: 'nft did not end in time and was killed',
    });
  });

  it('that says too much is killed', async () => {
    const result = await realRun(node('setInterval(() => process.stdout.write("x".repeat(1e5)), 1)'), {
      mostOutput: 1e6,
    });
    expect(result.trouble).toBe('too-much');
  });

  it('that is not there, or may not be run, is told as that', async () => {
    expect((await realRun(['no-such-program'])).trouble).toBe('absent');
    expect((await realRun(['/etc/passwd'])).trouble).toBe('no-rights');
  });

  it('that does not read its input is judged by its status', async () => {
    const result = await realRun(node('process.exit(3)'), { input: 'x'.repeat(5e6) });
    expect(result).toMatchObject({ status: 3, trouble: null });
  });

  it('that may not do it is told as a matter of rights, whatever it says as text', () => {
    const said = {
      status: 1,
      stdout: '',
      stderr: 'Operation not permitted\u001b[2J (you must be root)',
      trouble: null,
    };
    expect(runTrouble(['nft'], said, 'Mend it.')).toMatchObject({ code: 'no-rights' });
    expect(runTrouble(['nft'], said, 'Mend it.')!.message).not.toContain('\u001b');
  });
});
