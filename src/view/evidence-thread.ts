/** The program of the thread that finds a campaign's evidence (evidence.ts), or what weeks say (weeks.ts): one question, one answer. */
import { parentPort, workerData } from 'node:worker_threads';
import { type EvidenceQuestion, evidenceIn } from './evidence.ts';
import { type WeeksQuestion, weeksIn } from './weeks.ts';

const question = workerData as EvidenceQuestion | WeeksQuestion;
parentPort?.postMessage('kind' in question ? weeksIn(question) : evidenceIn(question));
