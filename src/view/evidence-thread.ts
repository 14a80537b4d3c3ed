/** The program of the thread that finds a campaign's evidence (evidence.ts): one question, one answer. */
import { parentPort, workerData } from 'node:worker_threads';
import { type EvidenceQuestion, evidenceIn } from './evidence.ts';

parentPort?.postMessage(evidenceIn(workerData as EvidenceQuestion));
