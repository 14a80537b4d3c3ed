/** What a follower notices as a problem in words: what, and what to do. null where nothing is wrong. */
import type { DroppedMessages, FollowerState, FollowNotice, GapReason } from '../read/follow/follower.ts';
import type { Problem } from './happening.ts';

const GAPS: Readonly<Record<GapReason, readonly [string, string]>> = {
  emptied: [
    'was emptied, and no copy of what was in it is there',
    'Let logrotate keep a copy beside it (copytruncate does), or rename it (create).',
  ],
  vanished: [
    'what was read last is gone, and where it went cannot be found',
    'If it is rotated into another folder, keep it there under its own name.',
  ],
  damaged: ['is damaged', 'What could be read of it was; look at the disk.'],
  changed: [
    'has other text than was read before',
    'A loss of power may have taken its end; nobody should write into a log.',
  ],
  unreadable: [
    'may not be read by this user',
    'Let it be a member of the group that owns the rotated logs, often adm.',
  ],
  'journal-dropped': [
    'the journal has dropped the entry that was read last',
    'Let journald keep more: SystemMaxUse in journald.conf(5).',
  ],
};

export function noticeProblem(notice: FollowNotice): Problem | null {
  switch (notice.kind) {
    case 'gap': {
      const [what, remedy] = GAPS[notice.why];
      return { message: `lines may be missing behind line ${notice.line}: ${notice.path} ${what}`, remedy };
    }
    case 'unwatched':
      return {
        message: `changes of ${notice.path} cannot be watched (${notice.code}); it is looked at once a second`,
        remedy:
          'Raise fs.inotify.max_user_watches (sysctl) if the limit is reached; on a network file system that is as it is.',
      };
    case 'state':
      return stateProblem(notice.state);
    case 'dropped':
      return dropProblem(notice.messages);
    case 'turned':
      return null;
  }
}

/** null: none were dropped. */
function dropProblem({ kernel, noRoom, tooMany, refused }: DroppedMessages): Problem | null {
  const parts: [number, string, string][] = [
    [
      kernel,
      'came faster than they could be read',
      'Raise net.core.rmem_max (sysctl), or send by TCP, which waits.',
    ],
    [noRoom, 'found no room in the spool', 'See whether its disk is full; send by TCP, which waits.'],
    [
      tooMany,
      'were more than their sender may send',
      'Raise messages-per-second if the sender is right to send so much.',
    ],
    [
      refused,
      'came from whom nobody allowed',
      'If they are yours, name them under allow; else shut the port to strangers.',
    ],
  ];
  const some = parts.filter(([count]) => count > 0).sort(([a], [b]) => b - a);
  const [most] = some;
  if (most === undefined) return null;
  const what = some.map(([count, why]) => `${count.toLocaleString('en')} ${why}`).join(', ');
  return { message: `messages were dropped: ${what}`, remedy: most[2] };
}

function stateProblem(state: FollowerState): Problem | null {
  switch (state.kind) {
    case 'missing':
      return {
        message: `${state.path} is not there; it is waited for`,
        remedy: 'If it never was, name the right log in the configuration.',
      };
    case 'no-rights':
      return {
        message: `${state.path} may not be read by this user; tried again`,
        remedy: 'Let the user be a member of the group that owns the log, often adm or systemd-journal.',
      };
    case 'not-a-file':
      return {
        message: `${state.path} is ${state.what} and no log`,
        remedy: 'Name a file in the configuration.',
      };
    case 'failed':
      return {
        message: `${state.path} cannot be read now (${state.code}); tried again`,
        remedy: 'See what the system says of it.',
      };
    case 'starting':
    case 'following':
    case 'ended':
      return null;
  }
}
