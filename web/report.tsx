/** Entry of the report to hand on; see data/enclosed.ts. */
import './style/all.css';
